// The recipe's work on one event, from bytes: parse, normalize, call a handler for each record, collect what failed. Says when it is warm; then prints, for each
// line that comes in, the processor time of a record in microseconds.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import eventNormalizer from '@middy/event-normalizer'

const bytes = readFileSync(process.argv[2])
const records = JSON.parse(bytes).Records.length
const normalizer = eventNormalizer()
let sum = 0

const handler = async (record) => {
  const image = record.dynamodb.NewImage?.status ? record.dynamodb.NewImage : record.dynamodb.OldImage
  sum += record.dynamodb.Keys.id.length + image.status.length + image.total
}

const parse = async () => { sum += JSON.parse(bytes.toString()).Records.length }

const chain = async () => {
  const event = JSON.parse(bytes.toString())
  await normalizer.before({ event })
  const results = await Promise.allSettled(event.Records.map((record) => handler(record)))
  const failures = event.Records.filter((_, i) => results[i].status !== 'fulfilled').map((record) => ({ itemIdentifier: record.dynamodb.SequenceNumber }))
  if (failures.length > 0) throw new Error(`${failures.length} records failed`)
  return JSON.stringify({ batchItemFailures: failures })
}

const run = async (work, milliseconds) => {
  const before = process.cpuUsage()
  const until = performance.now() + milliseconds
  let runs = 0
  for (; performance.now() < until; runs++) await work()
  const used = process.cpuUsage(before)
  return (used.user + used.system) / runs / records
}

const share = Number(process.argv[3])
await run(parse, 1000)
await run(chain, 2000)
console.log('warm')
for await (const _ of createInterface({ input: process.stdin })) {
  const result = { parse: await run(parse, share), chain: await run(chain, share) }
  if (!Number.isFinite(sum)) throw new Error('the handler read nothing')
  console.log(JSON.stringify(result))
}
