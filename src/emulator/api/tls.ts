/** A certificate for a local server, valid for a year and trusted by nobody; clients must be told to accept it. */
export async function createCertificate(host: string): Promise<{ key: string; cert: string }> {
  // Loaded here because it is large and only needed with TLS.
  const { generate } = await import("selfsigned");
  const isAddress = /^[\d.]+$|:/u.test(host);
  const pems = await generate([{ name: "commonName", value: host }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          isAddress ? { type: 7, ip: host } : { type: 2, value: host },
        ],
      },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
