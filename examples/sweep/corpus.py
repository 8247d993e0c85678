"""Fetches the training text: the source code and documentation of SQLite 3.40.1 (public domain), 20 MB of bytes.

It comes from Debian's source package sqlite3, is checked against SHA-256 before it is opened and again when the
text is made, cut into blocks of 4 kB, and the blocks are shuffled with a fixed seed, so that any stretch of the
text is like any other. The last 500 blocks are held out for validation. Only Python's own library is used.
"""

import argparse
import hashlib
import io
import lzma
import os
import random
import sys
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / '.cache' / 'sweep-corpus'
ARCHIVE = 'sqlite3_3.40.1.orig.tar.xz'
ARCHIVE_SHA256 = 'aaa776260ab4dc976db34aa7891819484c8676b5b2783123ebc6301e2ca5d655'
TEXT_SHA256 = 'fcddadc497bd1b80856bf0dd85adb30cc87a5a3ce76d3bbf3d0d061d2453aa3f'
SOURCES = [
    f'http://deb.debian.org/debian/pool/main/s/sqlite3/{ARCHIVE}',
    f'https://snapshot.debian.org/archive/debian/20230101T000000Z/pool/main/s/sqlite3/{ARCHIVE}',
]
KINDS = {'.c', '.h', '.md', '.html', '.tcl', '.js', '.sh', '.y', '.1', '.test'}
LARGEST_FILE = 400_000  # larger ones are generated tests, all alike
BLOCK = 4096
BYTES = 20_000_000 // BLOCK * BLOCK
HELD_OUT_BLOCKS = 500


class CorpusError(Exception):
    """What is wrong with the corpus and what to type; shown to the user as it is."""


def corpus_path(cache: Path = CACHE) -> Path:
    return cache / 'sqlite-3.40.1.txt'


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fetch_archive(cache: Path, sources: list[str] = SOURCES) -> bytes:
    """The source package's bytes, from the cache or the first source that has them with the right checksum."""
    kept = cache / ARCHIVE
    if kept.exists():
        data = kept.read_bytes()
        if sha256(data) == ARCHIVE_SHA256:
            return data
        raise CorpusError(
            f'{kept} has another checksum than {ARCHIVE} should have (SHA-256 {sha256(data)[:16]}…, expected'
            f' {ARCHIVE_SHA256[:16]}…): it is cut off or another file.\nType: rm "{kept}" and start again.'
        )
    problems = []
    for url in sources:
        try:
            print(f'fetching {url}', file=sys.stderr)
            with urllib.request.urlopen(url, timeout=120) as answer:
                data = answer.read()
        except (urllib.error.URLError, OSError) as error:
            problems.append(f'{url}: {error}')
            continue
        if sha256(data) == ARCHIVE_SHA256:
            write_whole(kept, data)
            return data
        problems.append(f'{url}: another checksum ({sha256(data)[:16]}…), not used')
    raise CorpusError(
        f'{ARCHIVE} could not be fetched:\n  ' + '\n  '.join(problems) + '\nFetch it on a machine that can, put it'
        f' beside this text, and start again:\n  curl -fo "{kept}" {SOURCES[0]}'
    )


def text_of(archive: bytes) -> bytes:
    """20 MB of the package's text files in shuffled blocks; the same bytes on every machine."""
    # Unpacked whole: members are read out of order, and xz cannot go back without starting again.
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(archive)), mode='r:') as tar:
        members = [m for m in tar if m.isfile() and Path(m.name).suffix in KINDS and m.size <= LARGEST_FILE]
        # Code and documentation first; tests fill up what is left.
        members.sort(key=lambda m: (m.name.endswith('.test'), m.name))
        text = b''.join(tar.extractfile(m).read() for m in members)[:BYTES]
    blocks = [text[i : i + BLOCK] for i in range(0, len(text), BLOCK)]
    random.Random(20230101).shuffle(blocks)
    return b''.join(blocks)


def write_whole(path: Path, data: bytes) -> None:
    """Writes all or nothing, so that a full disk or Ctrl-C never leaves half a file under the final name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # By process, since two that find it missing may both make it.
    partial = path.with_name(f'{path.name}.{os.getpid()}.partial')
    try:
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CorpusError(f'{path} could not be written: {error}. Free {len(data) // 1_000_000 + 1} MB and start again.')


def load_corpus(cache: Path = CACHE) -> tuple[bytes, bytes]:
    """Training and validation text; made if it is not there yet.

    Raises CorpusError where it cannot be fetched or where its checksum differs.
    """
    path = corpus_path(cache)
    if not path.exists():
        write_whole(path, text_of(fetch_archive(cache)))
    text = path.read_bytes()
    if sha256(text) != TEXT_SHA256:
        raise CorpusError(
            f'{path} has another checksum than the corpus should have (SHA-256 {sha256(text)[:16]}…, expected'
            f' {TEXT_SHA256[:16]}…): losses would not compare with the committed ones.\nType: rm "{path}" and start again.'
        )
    split = len(text) - HELD_OUT_BLOCKS * BLOCK
    return text[:split], text[split:]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--cache', type=Path, default=CACHE, help='folder for the package and the text')
    try:
        arguments = parser.parse_args()
        training, validation = load_corpus(arguments.cache)
    except CorpusError as error:
        print(f'corpus: {error}', file=sys.stderr)
        return 2
    print(f'{corpus_path(arguments.cache)}: {len(training):,} bytes to train on, {len(validation):,} held out')
    return 0


if __name__ == '__main__':
    sys.exit(main())
