"""A server with an SQL injection in it, for the tool that must find it."""

import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

database = sqlite3.connect(":memory:", check_same_thread=False)
database.execute("create table homes (city text, name text)")
database.execute("insert into homes values ('Valencia', 'Casa Azul')")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        city = parse_qs(urlparse(self.path).query).get("city", [""])[0]
        try:
            sql = f"select name from homes where city = '{city}'"
            status, text = 200, str(database.execute(sql).fetchall())
        except sqlite3.Error as error:
            status, text = 500, f"sqlite3.OperationalError: {error}"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


server = HTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
