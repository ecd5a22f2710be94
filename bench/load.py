"""Many requests over a few kept-open connections; prints how many were answered and how fast, as JSON.

python -m bench.load PORT SECONDS CONNECTIONS < requests     (a JSON list of {"method", "path", "headers", "body"})
"""

import json
import socket
import sys
import threading
import time
from typing import Any


def packed(request: dict[str, Any], port: int) -> bytes:
    body = request.get("body", "").encode()
    headers = {
        "Host": f"127.0.0.1:{port}",
        "Accept-Encoding": "br",
        "Connection": "keep-alive",
        **request.get("headers", {}),
    }
    if body:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    lines = [
        f"{request.get('method', 'GET')} {request['path']} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def exchange(connection: socket.socket, request: bytes) -> int:
    """Send one request and read its whole answer; the status."""
    connection.sendall(request)
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError
        data += part
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(rest) < length:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError
        rest += part
    return int(head.split(b" ", 2)[1])


def run(port: int, seconds: float, connections: int, requests: list[dict[str, Any]]) -> dict[str, Any]:
    prepared = [packed(request, port) for request in requests]
    times: list[float] = []
    statuses: dict[int, int] = {}
    lock = threading.Lock()
    stop = time.monotonic() + seconds

    def work(number: int) -> None:
        mine: list[float] = []
        seen: dict[int, int] = {}
        connection = socket.create_connection(("127.0.0.1", port))
        place = number
        while time.monotonic() < stop:
            began = time.perf_counter()
            try:
                status = exchange(connection, prepared[place % len(prepared)])
            except OSError:
                connection = socket.create_connection(("127.0.0.1", port))
                continue
            mine.append(time.perf_counter() - began)
            seen[status] = seen.get(status, 0) + 1
            place += connections
        with lock:
            times.extend(mine)
            for status, count in seen.items():
                statuses[status] = statuses.get(status, 0) + count

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    times.sort()
    return {
        "requests": len(times),
        "per_second": len(times) / took,
        "median_ms": 1000 * times[len(times) // 2] if times else None,
        "p95_ms": 1000 * times[int(len(times) * 0.95)] if times else None,
        "statuses": statuses,
    }


if __name__ == "__main__":
    told = [float(word) for word in sys.argv[1:4]]
    print(json.dumps(run(int(told[0]), told[1], int(told[2]), json.load(sys.stdin))))
