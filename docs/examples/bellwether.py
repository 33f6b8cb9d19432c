"""Read Bellwether's API from Python, with the standard library alone.

    BELLWETHER_URL=https://bellwether.example BELLWETHER_USER=market BELLWETHER_PASSWORD_FILE=password.txt \
        python3 bellwether.py > flags.csv

Prints the open flags as CSV and, on standard error, how many providers stand at each level. What comes back is what the account may
see. Keep the file where its protective marking, which is printed too, says that it may be kept.
"""

import csv
import http.cookiejar
import json
import os
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request


class Bellwether:
    """One signed-in session."""

    def __init__(self, base):
        self.base = base.rstrip("/")
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.tags = {}

    def sign_in(self, user, password):
        form = urllib.parse.urlencode({"username": user, "password": password, "next": "/help"}).encode()
        with self.opener.open(self.base + "/sign-in", form) as answer:
            if not answer.url.endswith("/help"):
                raise SystemExit("signing in ended at " + answer.url)

    def get(self, path, **query):
        """One answer: data with what it was known by. None where nothing has changed since the last time."""
        address = self.base + path + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(address, headers={"If-None-Match": self.tags.get(address, "")})
        try:
            with self.opener.open(request) as answer:
                self.tags[address] = answer.headers["ETag"]
                return json.load(answer)
        except urllib.error.HTTPError as err:
            if err.code == 304:
                return None
            problem = json.load(err)
            raise SystemExit(f'{problem["error"]}: {problem["says"]} (reference {problem["reference"]})') from None

    def all(self, path, **query):
        """Every record of a list, page by page. A cursor belongs to one snapshot, so all of them come from the same one."""
        while True:
            page = self.get(path, **query)
            yield from page["data"]
            if not page.get("next"):
                return
            query["cursor"] = page["next"]


def main():
    bellwether = Bellwether(os.environ["BELLWETHER_URL"])
    password = pathlib.Path(os.environ["BELLWETHER_PASSWORD_FILE"]).read_text(encoding="utf-8").strip()
    bellwether.sign_in(os.environ["BELLWETHER_USER"], password)

    market = bellwether.get("/api/v1/market")
    print(f'{market["marking"]}: as known on {market["as_of"]}, snapshot {market["snapshot"]}', file=sys.stderr)
    for level in market["data"]["levels"]:
        print(f'{level["providers"]:6} at {level["name"]}', file=sys.stderr)

    columns = ["id", "provider_id", "level", "level_name", "opened_on", "sentence"]
    out = csv.DictWriter(sys.stdout, columns, extrasaction="ignore")
    out.writeheader()
    out.writerows(bellwether.all("/api/v1/flags", state="open"))
    if bellwether.get("/api/v1/market") is not None:
        print("a new snapshot was published meanwhile", file=sys.stderr)


if __name__ == "__main__":
    main()
