import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

/**
 * Receivers of webhooks, each by its path, which verify what they get as Standard Webhooks says. `POST /secrets` tells
 * their secrets, `/count` answers how many came, `/results` what came since it was last asked: how many of them were false,
 * and how long each other was under way since its event's time, in milliseconds.
 */
const keys = new Map<string, KeyObject>()
let latencies: number[] = []
let refused = 0
let count = 0

const verifies = (path: string, headers: NodeJS.Dict<string | string[]>, body: Buffer): boolean => {
  const key = keys.get(path)
  const [, signature] = String(headers['webhook-signature']).split(/[, ]/)
  if (key === undefined || signature === undefined) return false
  const mac = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`).update(body)
  const [wanted, given] = [mac.digest(), Buffer.from(signature, 'base64')]
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}

createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    if (request.url === '/healthz') return response.end('{}')
    if (request.url === '/count') return response.end(JSON.stringify({ count }))
    if (request.url === '/secrets') {
      for (const [path, secret] of Object.entries(JSON.parse(body.toString()) as Record<string, string>))
        keys.set(path, createSecretKey(secret.replace('whsec_', ''), 'base64'))
      return response.end('{}')
    }
    if (request.url === '/results') {
      const results = { latencies, refused }
      latencies = []
      refused = 0
      return response.end(JSON.stringify(results))
    }
    count++
    if (verifies(request.url ?? '', request.headers, body)) {
      const { timestamp } = JSON.parse(body.toString()) as { timestamp: string }
      latencies.push(Date.now() - Date.parse(timestamp))
    } else refused++
    return response.end()
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
