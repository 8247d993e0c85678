"""Streams run files to offcurve while they are written, over Kafka or HTTP.

The run file itself is the queue: a background thread follows it and keeps beside it (RUN.jsonl.sent) how far the
service has acknowledged. Nothing waits in memory, the training never waits for the network, and what could not be
sent goes out when the service is back, with the next run of the same folder, or by

    python sender.py FOLDER --http http://127.0.0.1:3000

After a crash the last batch may be sent twice; offcurve counts and drops repeats.
"""

import argparse
import fcntl
import json
import os
import random
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

BATCH_LINES = 500
POLL_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
RESERVED = {'run', 'step', 'time', 'attempt', 'nonfinite'}


class Unreachable(Exception):
    """The batch is not known to have arrived; it will be sent again."""


class Refused(Exception):
    """The service will not take this body, however often it is sent."""


class HttpTarget:
    def __init__(self, url: str, token: str | None):
        self.name, self.token = url.rstrip('/'), token

    def deliver(self, topic: str, values: list[dict]) -> list:
        """Returns what the service rejected, with its reasons."""
        path = '/v1/metrics' if topic == 'training.metrics' else '/v1/runs'
        body = '\n'.join(json.dumps(value) for value in values).encode()
        headers = {'Content-Type': 'application/x-ndjson'}
        if self.token:
            headers['Authorization'] = f'Bearer {self.token}'
        try:
            with urllib.request.urlopen(urllib.request.Request(self.name + path, body, headers), timeout=30) as answer:
                return json.load(answer).get('rejected') or []
        except urllib.error.HTTPError as error:
            text = f'{self.name}{path} answered {error.code}: {error.read(300).decode(errors="replace")}'
            raise (Refused if error.code in (400, 413, 422) else Unreachable)(text) from error
        except (OSError, ValueError) as error:
            raise Unreachable(f'{self.name}: {error}') from error

    def close(self) -> None:
        pass


class KafkaTarget:
    """Key = run id, acks from all replicas, idempotent: order is kept within a run and nothing arrives twice by itself."""

    def __init__(self, brokers: str):
        from confluent_kafka import Producer  # only who streams to Kafka needs it

        self.name, self.prefix = f'Kafka at {brokers}', os.environ.get('KAFKA_TOPIC_PREFIX', '')
        self.make = lambda: Producer(kafka_settings(brokers))
        self.producer = self.make()

    def deliver(self, topic: str, values: list[dict]) -> list:
        problems: list[str] = []
        arrived = lambda error, _: problems.append(str(error)) if error else None
        try:
            for value in values:
                key, body = value['run'].encode(), json.dumps(value).encode()
                self.producer.produce(self.prefix + topic, body, key, on_delivery=arrived)
            left = self.producer.flush(20)
        except Exception as error:  # BufferError, KafkaException: the producer may be beyond use after a fatal one
            problems.append(str(error))
            left = 0
        if left or problems:
            self.producer.purge()
            self.producer = self.make()
            raise Unreachable(f'{self.name}: {problems[0] if problems else "no acknowledgement within 20 s"}')
        return []

    def close(self) -> None:
        self.producer.purge()


def kafka_settings(brokers: str) -> dict:
    """librdkafka's settings; user, password and TLS come from the variables that offcurve itself reads."""
    settings = {'bootstrap.servers': brokers, 'client.id': 'sweep', 'acks': 'all', 'enable.idempotence': True}
    settings |= {'linger.ms': 10, 'message.timeout.ms': 15_000, 'log_level': 0, 'error_cb': lambda error: None}
    user, tls = os.environ.get('KAFKA_SASL_USERNAME'), os.environ.get('KAFKA_TLS', '').lower() in ('1', 'true', 'yes')
    if user or tls:
        settings['security.protocol'] = ('SASL_' if user else '') + ('SSL' if tls else 'PLAINTEXT')
    if user:
        settings['sasl.mechanism'] = os.environ.get('KAFKA_SASL_MECHANISM', 'PLAIN').upper()
        settings |= {'sasl.username': user, 'sasl.password': os.environ.get('KAFKA_SASL_PASSWORD', '')}
    if os.environ.get('KAFKA_TLS_CA_FILE'):
        settings['ssl.ca.location'] = os.environ['KAFKA_TLS_CA_FILE']
    return settings


def http_target(url: str) -> HttpTarget:
    return HttpTarget(url, os.environ.get('OFFCURVE_TOKEN'))


def kafka_target(brokers: str) -> KafkaTarget:
    return KafkaTarget(brokers)


class Outgoing:
    """One run file on its way: which bytes are acknowledged. Locked, so that two processes never send the same file."""

    def __init__(self, path: Path):
        self.path = path
        self.state = open(sent_path(path), 'a+', encoding='utf-8')
        try:
            fcntl.flock(self.state, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.state.close()
            raise
        self.state.seek(0)
        self.offset = int(self.state.read() or 0)

    def left(self) -> int:
        return os.path.getsize(self.path) - self.offset

    def next(self) -> tuple[list[tuple[str, dict]], int]:
        """The next whole lines as (topic, value), and the offset behind them."""
        with open(self.path, 'rb') as file:
            file.seek(self.offset)
            lines = [line for _, line in zip(range(BATCH_LINES), file) if line.endswith(b'\n')]
        messages = [self._message(json.loads(line)) for line in lines]
        return messages, self.offset + sum(map(len, lines))

    def _message(self, line: dict) -> tuple[str, dict]:
        if isinstance(line.get('run'), dict):
            return 'training.runs', {'run': run_name(self.path)} | line['run']
        value = {'run': run_name(self.path), 'step': line['step'], 'time': line['time'], 'attempt': line['attempt']}
        return 'training.metrics', value | {'metrics': {k: v for k, v in line.items() if k not in RESERVED}}

    def acknowledge(self, offset: int) -> None:
        self.offset = offset
        self.state.truncate(0)
        self.state.write(str(offset))
        self.state.flush()

    def close(self) -> None:
        self.state.close()


def run_name(path: Path) -> str:
    return path.name.removesuffix('.jsonl')


def sent_path(path: Path) -> Path:
    return path.with_name(path.name + '.sent')


def left_behind(folder: Path) -> list[Outgoing]:
    """Run files of the folder that were being sent by a process that is gone, and are not all there yet."""
    found = []
    for state in sorted(folder.glob('*.jsonl.sent')):
        path = state.with_name(state.name.removesuffix('.sent'))
        try:
            outgoing = Outgoing(path)
            if outgoing.left() > 0:
                found.append(outgoing)
            else:
                outgoing.close()
        except (OSError, ValueError):
            continue
    return found


class Sender:
    """Sends a run file as it grows, after it what earlier runs of the folder left behind. Never raises, never blocks."""

    def __init__(self, path: Path, target, pause: float = 0.5):
        self.target, self.first_pause, self.pause = target, pause, pause
        self.outgoing = [Outgoing(path)]
        self.outgoing += left_behind(path.parent)
        self.closing, self.down, self.refused = threading.Event(), False, 0
        self.thread = threading.Thread(target=self._run, name='sender', daemon=True)
        self.thread.start()

    def close(self, patience: float = 15.0) -> bool:
        """Waits at most `patience` seconds for what is left. True if all has arrived."""
        self.closing.set()
        self.thread.join(patience)
        left = sum(outgoing.left() for outgoing in self.outgoing)
        if left > 0:
            say(f'{left} bytes are not sent yet; they are kept and go out with the next run of this folder, or by:')
            say(f'  python sender.py "{self.outgoing[0].path.parent}" --http URL (or --kafka BROKERS)')
        self.target.close()
        return left == 0

    def _run(self) -> None:
        while True:
            try:
                closing = self.closing.is_set()
                sent = sum(self._send_next(outgoing) for outgoing in self.outgoing)
                if self.down:
                    say(f'{self.target.name} takes records again')
                self.down, self.pause = False, self.first_pause
                if sent == 0:
                    if closing:
                        return
                    self.closing.wait(POLL_SECONDS)
            except Exception as error:  # whatever it is, the training goes on and the records stay in the file
                if not self.down:
                    say(f'{error}; the training goes on, its records are kept and sent later')
                self.down = True
                time.sleep(self.pause * random.uniform(0.5, 1.0))
                self.pause = min(2 * self.pause, LONGEST_PAUSE_SECONDS)

    def _send_next(self, outgoing: Outgoing) -> int:
        messages, offset = outgoing.next()
        for topic in ('training.runs', 'training.metrics'):
            start = [value for kind, value in messages if kind == topic and value.get('status', 'started') == 'started']
            self._deliver(topic, start)
        # A run's last word follows its last record.
        self._deliver('training.runs', [v for k, v in messages if k == 'training.runs' and v['status'] != 'started'])
        if messages:
            outgoing.acknowledge(offset)
        return len(messages)

    def _deliver(self, topic: str, values: list[dict]) -> None:
        if not values:
            return
        try:
            rejected = self.target.deliver(topic, values)
        except Refused as error:
            if len(values) > 1:
                half = len(values) // 2
                self._deliver(topic, values[:half])
                self._deliver(topic, values[half:])
                return
            rejected = [str(error)]
        if rejected and self.refused == 0:
            say(f'{self.target.name} refuses records, which stay in the run file and are not sent again: {rejected[0]}')
        self.refused += len(rejected)


def say(text: str) -> None:
    print(f'sender: {text}', file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description='Sends what earlier runs could not send.')
    parser.add_argument('folder', type=Path, help='where the run files are')
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument('--kafka', metavar='BROKERS', help='HOST:PORT[,…]')
    group.add_argument('--http', metavar='URL', help="offcurve's address")
    parser.add_argument('--patience', type=float, default=60, help='seconds to try (default: 60)')
    given = parser.parse_args()
    waiting = left_behind(given.folder)
    if not waiting:
        say(f'nothing is left to send in {given.folder}')
        return 0
    paths = [outgoing.path for outgoing in waiting]
    for outgoing in waiting:
        outgoing.close()
    sender = Sender(paths[0], kafka_target(given.kafka) if given.kafka else http_target(given.http))
    arrived = sender.close(given.patience)
    say(f'sent {len(paths)} run files' if arrived else f'{sender.target.name} did not take everything')
    return 0 if arrived else 1


if __name__ == '__main__':
    sys.exit(main())
