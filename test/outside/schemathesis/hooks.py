"""What Schemathesis is told of the shop: what is rightly refused although it fits its schema, and what is there to be found."""

import json
import os
import re

import schemathesis

# Checks that are wrong for this shop: refusals by the type of their problem, each with why no schema can say it.
RIGHTLY_REFUSED = {
    "bad-cursor": "a cursor is opaque: only a list knows which it gave out (orders)",
    "invalid-cursor": "a cursor is opaque: only a list knows which it gave out (products, notifications)",
    "foreign-currency": "which currency a shop sells in is its configuration",
    "unknown-sku": "which products there are is data",
    "weak-password": "which passwords leaks show is a list, and what is one pattern is no pattern of a schema",
    "price-moved": "what a product costs is data",
    "idempotency-conflict": "a key is for one request: the generator sends other bodies with the same key",
}
ACCEPTANCE = "ST202"
REFUSAL = "ST201"
# Of a path parameter that is too long: the path is refused before anybody looks at its parts.
URI_TOO_LONG = 414


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if failure.code == REFUSAL and response.status_code == URI_TOO_LONG:
        return False
    if failure.code != ACCEPTANCE:
        return True
    try:
        return response.json().get("type") not in RIGHTLY_REFUSED
    except ValueError:
        return True


THERE = json.loads(os.environ["OUTSIDE_DATA"])
SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")
CURRENCY = re.compile(r"[A-Z]{3}")


def fits(pattern, value):
    return isinstance(value, str) and pattern.fullmatch(value) is not None


# Only what fits its own schema is replaced, by what fits it too: a request that was made wrong stays wrong.
@schemathesis.hook("map_body").apply_to(method="POST", path="/v1/orders")
def of_what_is_sold(context, body):
    if isinstance(body, dict) and isinstance(body.get("lines"), list):
        for line in body["lines"]:
            if isinstance(line, dict) and fits(SKU, line.get("sku")):
                line["sku"] = THERE["sku"]
    return body


@schemathesis.hook("map_body").apply_to(path_regex="^/v1/products")
def in_the_currency_of_the_shop(context, body):
    if isinstance(body, dict) and fits(CURRENCY, body.get("currency")):
        body["currency"] = "EUR"
    return body


@schemathesis.hook("map_body").apply_to(method="POST", path="/v1/sessions")
def of_an_account_that_is_there(context, body):
    if isinstance(body, dict) and set(body) == {"email", "password"} and all(isinstance(one, str) for one in body.values()):
        body["email"] = THERE["email"]
        if 0 < len(body["password"]) <= 200 and "\0" not in body["password"]:
            body["password"] = THERE["password"]
    return body
