#!/usr/bin/env python3
"""Plays Lambda for one event: starts a function, hands it the event, prints what it answers.

    samples/Lambda/invoke.py EVENT.json [BOOTSTRAP]
"""
import http.server
import os
import pathlib
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
BOOTSTRAP = HERE.parent.parent / "artifacts/publish/StreamWorker.Samples.Lambda/release_linux-x64/bootstrap"
TIMEOUT_IN_SECONDS = 60


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    event = pathlib.Path(sys.argv[1]).read_bytes()
    answered = threading.Event()
    outcome = {}

    class RuntimeApi(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if outcome.get("sent"):
                answered.wait()
                threading.Event().wait()  # No second invocation, as in an idle sandbox.
            outcome["sent"] = True
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", "local-1")
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + TIMEOUT_IN_SECONDS) * 1000)))
            self.send_header("Content-Length", str(len(event)))
            self.end_headers()
            self.wfile.write(event)

        def do_POST(self):
            outcome["body"] = self.rfile.read(int(self.headers["Content-Length"])).decode()
            outcome["failed"] = not self.path.endswith("/response")
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            answered.set()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # The function closes its connection when it ends.
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = os.environ | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}", "AWS_LAMBDA_FUNCTION_NAME": "local"}
    with subprocess.Popen([sys.argv[2] if len(sys.argv) == 3 else BOOTSTRAP], env=environment, stdout=sys.stderr) as function:
        while not answered.wait(0.05):
            if function.poll() is not None:
                sys.exit(f"The function ended with {function.returncode} and did not answer.")
        function.terminate()
    print(outcome["body"])
    sys.exit(1 if outcome["failed"] else 0)


if __name__ == "__main__":
    main()
