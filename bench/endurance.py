"""How much does a web process grow over ten thousand requests?

    python -m bench.endurance [REQUESTS]

A member and a visitor go through the pages of the site in turns; before and after, the memory that belongs to each web process alone is
read. One JSON object a line, as in bench/measure.py.
"""

import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.measure import CONNECTIONS, LESSON, Site, academy, cookies, report, topic_with_posts, tree

REQUESTS = 10_000
WARM = 1_000  # requests after which what is made once has been made


def own_megabytes(process: int) -> float:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    return sum(int(found) for found in re.findall(r"^Private_\w+:\s+(\d+)", rollup, re.M)) / 1024


def web_processes(site: Site) -> list[int]:
    """Those that gunicorn forked: the grandchildren of the process that holds them all."""
    parent = site.process.pid
    children = {child for child in tree(parent)[1:] if parent_of(child) == parent}
    return [one for one in tree(parent) if one not in children and one != parent]


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def ask(site: Site, paths: list[str], cookie: str, count: int) -> None:
    """As many requests as are said, over several connections: every other one by somebody who is signed in."""

    def one(number: int) -> None:
        path = paths[number % len(paths)]
        answer = site.get(path, cookie if number % 2 else "")
        answer.read()
        if answer.status not in {200, 401}:
            raise RuntimeError(f"{path} answered {answer.status}")

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for _ in pool.map(one, range(count)):
            pass


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else REQUESTS
    folder = Path(tempfile.mkdtemp(prefix="academy-bench-"))
    try:
        with academy(folder):
            pass  # the first start imports the course: the next one is what a site does every day
        with academy(folder) as site:
            app = site.app()
            cookie, topic = cookies(app, 1)[0], topic_with_posts(app, 20)
            paths = [
                "/en/",
                "/it/",
                LESSON,
                "/en/learn",
                "/en/community",
                topic,
                "/it/marketplace",
                "/en/search?q=need",
            ]
            paths += ["/en/community/general", "/it/learn/progress", "/en/people"]
            ask(site, paths, cookie, WARM)
            site.settled()
            processes = web_processes(site)
            before = [own_megabytes(process) for process in processes]
            ask(site, paths, cookie, count)
            site.settled()
            for number, (process, at_first) in enumerate(zip(processes, before, strict=True), 1):
                now = own_megabytes(process)
                report("endurance", f"web process {number}, {count} requests to all", now - at_first, "MB", "10 MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
