// Brokers at IPv6 addresses: kafkajs cuts what it is given at the first colon, so they go through it under a name.
import net from 'node:net';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** The way in which Windows writes such addresses as names: `::1` is `--1.ipv6-literal.net`. Nobody looks them up here. */
const SUFFIX = '.ipv6-literal.net';
/** As kafkajs's own connections have it. */
const KEEP_ALIVE_MS = 60_000;

/** @param broker `host:port`, an IPv6 host in brackets */
export function brokerForKafkajs(broker: string): string {
  const [, address, port] = /^\[([^\]]+)\]:(\d+)$/.exec(broker) ?? [];
  return address === undefined ? broker : `${address.replaceAll(':', '-')}${SUFFIX}:${port}`;
}

const hostOf = (name: string): string =>
  name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length).replaceAll('-', ':') : name;

/** What kafkajs does by itself, to the address behind the name. */
export const connectToBroker: ISocketFactory = ({ host: name, port, ssl, onConnect }) => {
  const host = hostOf(name);
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? tls.connect({ host, port, ...servername, ...ssl }, onConnect)
    : net.connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
};
