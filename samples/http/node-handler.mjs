// A handler in Node, without packages. Run: node node-handler.mjs (PORT=9000)
import { createServer } from 'node:http'

// Called for each change, in order. What throws is delivered again.
async function handle (record) {
  const { Keys, NewImage } = record.dynamodb
  if (!Keys.id) throw new Error('an order has an id')
  console.log(record.eventName, JSON.stringify(Keys), JSON.stringify(NewImage ?? null))
}

async function answer (request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const batchItemFailures = []
  for (const record of JSON.parse(Buffer.concat(chunks)).Records) {
    try {
      await handle(record)
    } catch (error) {
      console.error(error)
      batchItemFailures.push({ itemIdentifier: record.dynamodb.SequenceNumber })
      break // Everything from here on comes again.
    }
  }
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ batchItemFailures }))
}

createServer((request, response) => answer(request, response).catch(error => response.writeHead(500).end(String(error))))
  .listen(process.env.PORT ?? 9000, '127.0.0.1', function () { console.log('listening on port', this.address().port) })
