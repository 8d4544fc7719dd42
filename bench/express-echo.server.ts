import express from 'express'

/** The reference of goal 18: Express as it comes, answering whatever bytes it was given last. */
let [bytes, type] = [Buffer.alloc(0), 'text/plain']

express()
  .get('/healthz', (_, response) => {
    response.send('ok')
  })
  .put('/', express.raw({ type: () => true, limit: '10mb' }), (request, response) => {
    bytes = request.body
    type = request.headers['content-type'] ?? type
    response.send('ok')
  })
  .get('/', (_, response) => {
    response.type(type).send(bytes)
  })
  .listen(Number(process.env.PORT), '127.0.0.1')
