"""A handler behind Python's own HTTP server, on a bad day: one call breaks off, one is a server error, one sleeps past its caller's time-out, and one change is never accepted."""
import json, os, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

calls = 0

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        global calls
        calls += 1
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if calls == 2:
            return  # Without an answer.
        if calls == 3:
            return self.send_error(500)
        if calls == 4:
            time.sleep(5)
            return
        failures, handled = [], []
        for record in event["Records"]:
            change = record["dynamodb"]
            image = change.get("NewImage") or change["OldImage"]
            item, version = change["Keys"]["id"]["S"], int(image["version"]["N"])
            if (item, record["eventName"], version) == ("order-0003", "MODIFY", 3):
                failures.append({"itemIdentifier": change["SequenceNumber"]})
            else:
                handled.append(f'{item} {record["eventName"]} {version}')
        body = json.dumps({"batchItemFailures": failures}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        for line in handled:
            print(line, flush=True)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
