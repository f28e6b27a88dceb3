/** @param text one word for bash */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** @param json printed by node, which every machine with this shop has */
const read = 'JSON.parse(require("fs").readFileSync(0,"utf8"))';

const order = {
  lines: [{ sku: 'MUG-001', quantity: 1 }],
  paymentToken: 'tok_ok',
  address: { name: 'Ada Lovelace', line1: '1 Example Street', city: 'Berlin', postalCode: '10115', country: 'DE' },
};

/**
 * One line for bash that signs in as the admin and places an order; run it again and it places another. The password is
 * read when the command runs and goes through a pipe, and so does the token: neither is printed or visible in the list
 * of processes.
 * @param url base of the shop, without a trailing slash
 * @param passwordFile absolute; undefined: the shell's ADMIN_PASSWORD
 */
export const firstOrderCommand = (url: string, email: string, passwordFile: string | undefined) => {
  const password =
    passwordFile === undefined
      ? 'process.env.ADMIN_PASSWORD'
      : 'require("fs").readFileSync(process.argv[2],"utf8").trim()';
  const credentials = [
    'node -p',
    quoted(`JSON.stringify({email:process.argv[1],password:${password}})`),
    quoted(email),
    ...(passwordFile === undefined ? [] : [quoted(passwordFile)]),
  ].join(' ');
  const json = `-H ${quoted('content-type: application/json')}`;
  const curl = `curl -sS --noproxy ${quoted('*')}`;
  const token = `node -p ${quoted(`(b=>b.accessToken??(console.error(b),process.exit(1)))(${read})`)}`;
  return [
    `TOKEN=$(${credentials} | ${curl} ${quoted(`${url}/v1/sessions`)} ${json} --data-binary @- | ${token})`,
    `printf ${quoted('header = "authorization: Bearer %s"\\n')} "$TOKEN" | ${curl} -K - ${quoted(`${url}/v1/orders`)} ${json} -H "idempotency-key: $(node -p ${quoted('require("crypto").randomUUID()')})" ` +
      `-H ${quoted('prefer: wait=10')} --data-binary ${quoted(JSON.stringify(order))} -w ${quoted('\\n')}`,
  ].join(' && ');
};
