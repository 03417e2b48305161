// A handler of tumbling windows in Node, without packages. Run: node window-handler.mjs (PORT=9000)
import { createServer } from 'node:http'

// Called for each batch of a window; what it returns is the state that the next one is called with.
function handle ({ Records, state, window, shardId, isFinalInvokeForWindow }) {
  const { orders = 0, total = 0 } = state
  const sales = Records.filter(record => record.eventName === 'INSERT').map(record => Number(record.dynamodb.NewImage.total.N))
  const next = { orders: orders + sales.length, total: sales.reduce((sum, sale) => sum + sale, total) }
  if (isFinalInvokeForWindow) console.log(window.start, shardId, JSON.stringify(next))
  return next
}

async function answer (request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const state = handle(JSON.parse(Buffer.concat(chunks)))
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ state }))
}

createServer((request, response) => answer(request, response).catch(error => response.writeHead(500).end(String(error))))
  .listen(process.env.PORT ?? 9000, '127.0.0.1', function () { console.log('listening on port', this.address().port) })
