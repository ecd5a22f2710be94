"""What does an activity want filled in? Pure: its Markdown in, the empty form of the result out."""

CAPTION = "Table:"
MOST_COLUMNS = 3  # a wider table is filled in as a table


def outline_of(written: str) -> str:
    """A table with a name at the start of each row becomes a heading for each; any other is there to be filled in."""
    lines = written.replace("\r\n", "\n").split("\n")
    captions = [number for number, line in enumerate(lines) if line.startswith(CAPTION)]
    return "\n\n".join(_outline(lines[number], _table_below(lines[number + 1 :])) for number in captions)


def _table_below(lines: list[str]) -> list[str]:
    table: list[str] = []
    for line in lines:
        if line.startswith("|"):
            table.append(line)
        elif table or line.strip():
            break
    return table


def _outline(caption: str, table: list[str]) -> str:
    rows = [[cell.replace("*", "").strip() for cell in line.strip().strip("|").split("|")] for line in table[2:]]
    names = [row[0] for row in rows if len(row) <= MOST_COLUMNS]
    if rows and len(names) == len(rows) and all(names):
        return "\n\n".join(f"## {name}\n" for name in names)
    return "\n".join([caption, "", *table])
