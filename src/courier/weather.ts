/** What receivers, networks and names do, as a sentence for those who look at a delivery. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return `The request failed: ${String(error)}.`
  // Several addresses were tried, each with a failure of its own.
  const [first] = error instanceof AggregateError ? error.errors : []
  if (first) return sentenceOf(first)
  // What undici cannot parse has a name and no code.
  const code = 'code' in error && error.code !== undefined ? String(error.code) : error.name
  const [sentence] = Object.entries(sentences).find(([, codes]) => codes.test(code)) ?? []
  return sentence ?? `The request failed: ${error.message.replace(/\s+/g, ' ').slice(0, 200)}.`
}

const sentences: Readonly<Record<string, RegExp>> = {
  'The host name is not known.': /^(ENOTFOUND|ENODATA|EAI_NONAME|EAI_NODATA)$/,
  'The host name could not be looked up.': /^(EAI_|ESERVFAIL|ETIMEOUT|EREFUSED|ECANCELLED)/,
  'The receiver refused the connection.': /^ECONNREFUSED$/,
  'The receiver could not be reached.': /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT)$/,
  'The connection ended before the answer was whole.':
    /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_INFO|UND_ERR_DESTROYED)$/,
  'The answer is not as long as it says.': /^UND_ERR_RES_CONTENT_LENGTH_MISMATCH$/,
  'The headers of the answer are too large.': /^UND_ERR_HEADERS_OVERFLOW$/,
  'The answer is not HTTP.': /^HTTPParserError$/,
  'The certificate has expired.': /^CERT_HAS_EXPIRED$/,
  'The certificate is not valid yet.': /^CERT_NOT_YET_VALID$/,
  'The certificate is for another host name.': /^ERR_TLS_CERT_ALTNAME_INVALID$/,
  'The certificate is of no authority that is trusted here.':
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/,
  'The certificate cannot be verified.': /^(CERT_|CRL_|INVALID_|HOSTNAME_MISMATCH)/,
  'There was no agreement on an encrypted connection.': /^(EPROTO|ERR_SSL_.*|ERR_TLS_.*)$/,
}
