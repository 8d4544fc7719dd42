import { expect, test } from 'vitest'
import { Connection } from './connections.ts'
import { exchange } from './exchange.ts'
import { rawReceiver } from './post.receivers.ts'

test('a connection is made once: what was looked at then is never gone to again', async () => {
  await using receiver = await rawReceiver('http', (socket, piece) => {
    if (piece === 1) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  })
  const url = new URL(receiver.url)
  const connection = new Connection(url, [{ address: '127.0.0.1', family: 4 }], {})
  const closed = new Promise(resolve => connection.client.once('disconnect', resolve))
  const post = () => exchange(connection, url, { headers: {}, body: '' }, new AbortController().signal)
  expect(await post()).toMatchObject({ status: 200 })
  await closed
  expect(await post()).toEqual({ error: 'The request failed: the connection is over.', heard: false })
  expect(receiver.made()).toBe(1)
})
