"""A handler in Python, without packages. Run: python3 python_handler.py (PORT=9000)"""
import json, os, traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def handle(record):
    """Called for each change, in order. What raises is delivered again."""
    change = record["dynamodb"]
    print(record["eventName"], change["Keys"]["id"], change.get("NewImage"), flush=True)

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        failures = []
        for record in event["Records"]:
            try:
                handle(record)
            except Exception:
                traceback.print_exc()
                failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
                break  # Everything from here on comes again.
        body = json.dumps({"batchItemFailures": failures}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Handler)
print("listening on port", server.server_address[1], flush=True)
server.serve_forever()
