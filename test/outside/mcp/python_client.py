"""The client of Python's makers, driven by lines of JSON: what is asked comes in, what it was answered goes out."""

import asyncio
import json
import os
import sys

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


def told(**what):
    print(json.dumps(what), flush=True)


async def answer(client, asked):
    if asked["ask"] == "list":
        return [tool.name for tool in (await client.list_tools()).tools]
    result = await client.call_tool(asked["name"], asked["args"])
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)


async def main():
    token = os.environ.get("MCP_TOKEN")
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(sys.argv[1], http_client=http)) as client:
            told(ready=True)
            while line := await asyncio.to_thread(sys.stdin.readline):
                try:
                    told(value=await answer(client, json.loads(line)))
                except Exception as error:  # told to whoever asked
                    told(error=f"{type(error).__name__}: {error}")


def causes(error):
    """What is in a group of errors, else it itself."""
    inner = getattr(error, "exceptions", None)
    return [error] if inner is None else [cause for one in inner for cause in causes(one)]


try:
    asyncio.run(main())
except BaseException as error:
    told(error="; ".join(f"{type(cause).__name__}: {cause}" for cause in causes(error)))
    sys.exit(1)
