// What is wrong between us and Kafka, in the operator's words: which setting, why, what to do. Read from codes, never from texts.
import { KafkaNeedError, type NeededRight, brokerErrorCode, causesOf } from './kafka-error.js';
import type { KafkaSettings } from './kafka-settings.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';

export interface KafkaTrouble extends SettingsProblem {
  /** True where waiting may help: a broker that is away. A refusal stays one until somebody mends it. */
  passes: boolean;
}

/** One line, for logs and /health/ready. */
export const troubleText = ({ where, reason, fix }: SettingsProblem): string => `${where}: ${reason}; ${fix}`;

/** @param need what was being done, where the error does not say so itself */
export function kafkaTrouble(error: unknown, settings: KafkaSettings, need?: NeededRight): KafkaTrouble {
  if (error instanceof SettingsError) return { passes: false, ...error.problems[0]! };
  const stated = causesOf(error).find((cause) => cause instanceof KafkaNeedError)?.need;
  return (
    loginTrouble(error, settings) ??
    tlsTrouble(error, settings) ??
    rightTrouble(brokerErrorCode(error), settings, stated ?? need) ??
    unreachable(error, settings)
  );
}

function loginTrouble(error: unknown, { sasl }: KafkaSettings): KafkaTrouble | null {
  const code = brokerErrorCode(error);
  const refused = causesOf(error).some(({ name }) => name === 'KafkaJSSASLAuthenticationError');
  if (code === 'UNSUPPORTED_SASL_MECHANISM')
    return {
      where: 'KAFKA_SASL_MECHANISM',
      reason: `this listener of the broker has no ${sasl?.mechanism}`,
      fix: 'set the mechanism that the listener has enabled',
      passes: false,
    };
  if (code === 'ILLEGAL_SASL_STATE')
    return {
      where: 'KAFKA_SASL_MECHANISM',
      reason: 'this listener of the broker takes no login',
      fix: 'unset KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, or name another port in KAFKA_BROKERS',
      passes: false,
    };
  if (!refused && code !== 'SASL_AUTHENTICATION_FAILED') return null;
  return {
    where: 'KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD',
    reason: `the broker refused the login of "${sasl?.username}" by ${sasl?.mechanism}`,
    fix: 'correct the user or the password, here or on the broker',
    passes: false,
  };
}

/** Node's codes where we refuse the broker's certificate. */
const UNKNOWN_CA = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
]);
/** OpenSSL's codes where the other side does not speak TLS. */
const NO_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

function tlsTrouble(error: unknown, { brokers, tls }: KafkaSettings): KafkaTrouble | null {
  const codes = causesOf(error).flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
  const has = (...wanted: string[]): boolean => wanted.some((code) => codes.includes(code));
  const at = brokers.join(', ');
  if (has('CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'))
    return {
      where: 'KAFKA_BROKERS',
      reason: `the certificate of the broker at ${at}, or of its CA, ${has('CERT_HAS_EXPIRED') ? 'has expired' : 'is not valid yet'}`,
      fix: 'renew it on the broker; where the CA is new, name its file in KAFKA_TLS_CA_FILE',
      passes: false,
    };
  if (codes.some((code) => UNKNOWN_CA.has(code)))
    return {
      where: 'KAFKA_TLS_CA_FILE',
      reason: `the certificate of the broker at ${at} is signed by no CA that is known here`,
      fix: "name the PEM file of the CA that signed the broker's certificate",
      passes: false,
    };
  if (has('ERR_TLS_CERT_ALTNAME_INVALID'))
    return {
      where: 'KAFKA_BROKERS',
      reason: `the broker's certificate is for other names than ${at}`,
      fix: 'use a name that stands in the certificate, here and in the advertised.listeners of the broker',
      passes: false,
    };
  if (codes.some((code) => NO_TLS.has(code)))
    return {
      where: 'KAFKA_TLS',
      reason: `the broker at ${at} does not speak TLS on this port`,
      fix: 'set KAFKA_TLS=false, or name the TLS port in KAFKA_BROKERS',
      passes: false,
    };
  if (tls && (codes.some((code) => code.startsWith('ERR_SSL_')) || (isClosed(error) && isExpired(tls))))
    return {
      where: 'KAFKA_TLS_CERT_FILE',
      reason: ownCertificate(tls),
      fix: 'name a valid certificate and its key that the broker trusts; renewed files are read without a restart',
      passes: false,
    };
  return null;
}

const isExpired = ({ certEnds }: { certEnds: number | null }): boolean => certEnds !== null && certEnds < Date.now();

function ownCertificate(tls: NonNullable<KafkaSettings['tls']>): string {
  if (tls.cert === null) return 'the broker asks for a certificate of ours, and none is set';
  if (isExpired(tls)) return `the certificate expired on ${new Date(tls.certEnds!).toISOString()}`;
  return 'the broker refused our certificate';
}

function rightTrouble(code: string | null, settings: KafkaSettings, need?: NeededRight): KafkaTrouble | null {
  const { sasl, tls, groupId } = settings;
  const user = sasl ? `the user "${sasl.username}"` : tls?.cert ? 'the owner of the certificate' : 'an anonymous user';
  const who = sasl ? 'KAFKA_SASL_USERNAME' : tls?.cert ? 'KAFKA_TLS_CERT_FILE' : 'KAFKA_SASL_MECHANISM';
  if (code === 'GROUP_AUTHORIZATION_FAILED')
    return {
      where: 'KAFKA_GROUP_ID',
      reason: `${user} may not use the consumer group "${groupId}" (${code})`,
      fix: `allow READ on the group, or set KAFKA_GROUP_ID to one that is allowed`,
      passes: false,
    };
  if (code !== 'TOPIC_AUTHORIZATION_FAILED' && code !== 'CLUSTER_AUTHORIZATION_FAILED') return null;
  return { where: who, reason: `${user} may not ${doing(need)} (${code})`, fix: remedy(need), passes: false };
}

const doing = (need?: NeededRight): string =>
  need ? `${need.operation} ${need.topics.join(' or ')}` : 'use one of the topics';

/** Kafka does not show a topic to those who have no right on it: to them it is missing. */
function remedy(need?: NeededRight): string {
  const list = 'docs/kafka.md has all that offcurve needs';
  if (!need) return `allow READ and WRITE on the topics with kafka-acls.sh (${list}), or name another user`;
  const { operation, topics } = need;
  if (operation === 'CREATE')
    return `if it is there, allow READ and WRITE on it; else create it, or allow CREATE on ${topics.join(', ')} (${list})`;
  return `allow ${operation} on ${topics.join(' and ')} with kafka-acls.sh (${list}), or name another user`;
}

function unreachable(error: unknown, settings: KafkaSettings): KafkaTrouble {
  const at = settings.brokers.join(', ');
  if (isClosed(error))
    return {
      where: 'KAFKA_BROKERS',
      reason: `the broker at ${at} closes the connection`,
      fix: `wait for it${whatItMayWant(settings)}`,
      passes: true,
    };
  const code = brokerErrorCode(error);
  if (code !== null)
    return {
      where: 'KAFKA_BROKERS',
      reason: `the broker at ${at} answers ${code}`,
      fix: "it is tried again; the broker's log says more",
      passes: true,
    };
  return {
    where: 'KAFKA_BROKERS',
    reason: `no broker at ${at} answers: ${causesOf(error).at(-1)?.message ?? String(error)}`,
    fix: 'start Kafka (`npm run kafka` for a local one), or correct KAFKA_BROKERS and KAFKA_TLS',
    passes: true,
  };
}

/** A port of another kind than we take it for closes as well, without a word. */
function whatItMayWant({ tls, sasl }: KafkaSettings): string {
  if (tls && sasl) return '; if this port speaks no TLS, set KAFKA_TLS=false';
  if (tls) return '; if this port speaks no TLS, set KAFKA_TLS=false; if it wants a login, set KAFKA_SASL_MECHANISM';
  if (sasl) return '; if this port speaks TLS, set KAFKA_TLS=true';
  return '; if this port wants TLS or a login, set KAFKA_TLS or KAFKA_SASL_MECHANISM';
}

/** Whoever is refused before a word could be said finds the connection closed, no more. */
const isClosed = (error: unknown): boolean =>
  causesOf(error).some(({ name, code }) => name === 'KafkaJSConnectionClosedError' || code === 'ECONNRESET');
