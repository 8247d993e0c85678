"""Sends one run a codec with a real Python client: produce.py CLIENT BROKERS TOPIC STEPS CODEC...

The run is called CLIENT-CODEC. Its loss is 1/step, but NaN at step 3 and infinite at 5 and 7, as json.dumps writes them."""
import json
import sys

client, brokers, topic, steps, *codecs = sys.argv[1:]


def loss(step):
    return {3: float("nan"), 5: float("inf"), 7: float("-inf")}.get(step, 1 / step)


def messages(codec):
    run = f"{client}-{codec}"
    for step in range(1, int(steps) + 1):
        value = {"run": run, "step": step, "time": 1.7e9 + step, "metrics": {"loss": loss(step), "größe": step}}
        yield run.encode(), json.dumps(value, ensure_ascii=step % 2 == 0).encode()


def send_confluent(codec):
    from confluent_kafka import Producer

    failed = []
    producer = Producer({"bootstrap.servers": brokers, "compression.type": codec, "linger.ms": 100})
    for key, value in messages(codec):
        producer.produce(topic, key=key, value=value, on_delivery=lambda error, _: error and failed.append(str(error)))
    if producer.flush(60) or failed:
        sys.exit(f"{codec}: {failed or 'not all were delivered'}")


def send_kafka_python(codec):
    from kafka import KafkaProducer

    producer = KafkaProducer(
        bootstrap_servers=brokers.split(","), compression_type=None if codec == "none" else codec, linger_ms=100
    )
    sent = [producer.send(topic, key=key, value=value) for key, value in messages(codec)]
    producer.flush()
    for future in sent:
        future.get(timeout=60)
    producer.close()


for codec in codecs:
    {"confluent": send_confluent, "kafka-python": send_kafka_python}[client](codec)
