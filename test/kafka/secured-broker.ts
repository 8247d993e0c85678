// A real broker with a listener for each kind of security, and rights that have to be given.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, type Admin, ResourcePatternTypes } from 'kafkajs';
import { type RunningKafka, startKafka } from '../../scripts/kafka/broker.mjs';
import { kafkaJars } from '../../scripts/kafka/jars.mjs';
import { Authority, type Certificate } from './certificates.js';

export const PASSWORD = 'a password nobody may read';

export interface SecuredBroker {
  kafka: RunningKafka;
  authority: Authority;
  /** The owner's certificate is that of `CN=offcurve`. */
  client: Certificate;
}

/** PLAIN and SCRAM ask for a login, MUTUAL for a certificate, BOTH for a login over TLS; EXPIRED shows a certificate that has run out. */
export async function startSecured(dir: string): Promise<SecuredBroker> {
  const authority = new Authority(dir, 'authority');
  const server = authority.issue('broker');
  const expired = authority.issue('broker', -1);
  const jaas = 'org.apache.kafka.common.security';
  const scram = `${jaas}.scram.ScramLoginModule required;`;
  const kafka = await startKafka({
    dir: join(dir, 'kafka'),
    heap: '256m',
    listeners: { PLAIN: 'SASL_PLAINTEXT', SCRAM: 'SASL_PLAINTEXT', MUTUAL: 'SSL', BOTH: 'SASL_SSL', EXPIRED: 'SSL' },
    scram: (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) => ({
      ...{ mechanism, name: 'offcurve', password: PASSWORD },
    })),
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Whoever comes by the open listener: the broker itself, and the test.
      'super.users': 'User:ANONYMOUS',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': server.store,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': authority.ca,
      'listener.name.mutual.ssl.client.auth': 'required',
      'listener.name.expired.ssl.keystore.type': 'PEM',
      'listener.name.expired.ssl.keystore.location': expired.store,
      'listener.name.plain.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.plain.plain.sasl.jaas.config': `${jaas}.plain.PlainLoginModule required user_offcurve="${PASSWORD}";`,
      'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.scram.scram-sha-256.sasl.jaas.config': scram,
      'listener.name.scram.scram-sha-512.sasl.jaas.config': scram,
      'listener.name.both.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'listener.name.both.scram-sha-512.sasl.jaas.config': scram,
    },
  });
  return { kafka, authority, client: authority.issue('offcurve') };
}

/** All that offcurve needs, as docs/kafka.md lists it. */
export async function allow(admin: Admin, principal: string, prefix: string): Promise<void> {
  const { READ, WRITE, CREATE } = AclOperationTypes;
  const onTopics = [READ, WRITE, CREATE].map((operation) => ({ resourceType: AclResourceTypes.TOPIC, operation }));
  const onGroup = { resourceType: AclResourceTypes.GROUP, operation: READ };
  await admin.createAcls({
    acl: [...onTopics, onGroup].map((right) => ({
      ...{ ...right, principal, host: '*', permissionType: AclPermissionTypes.ALLOW },
      ...{ resourceName: prefix, resourcePatternType: ResourcePatternTypes.PREFIXED },
    })),
  });
}

/** Gives or takes the right to read one topic: a refusal outweighs what is allowed. */
export async function forbidReading(admin: Admin, principal: string, topic: string, forbidden: boolean): Promise<void> {
  const acl = {
    ...{ resourceType: AclResourceTypes.TOPIC, resourceName: topic, resourcePatternType: ResourcePatternTypes.LITERAL },
    ...{ principal, host: '*', operation: AclOperationTypes.READ, permissionType: AclPermissionTypes.DENY },
  };
  if (forbidden) await admin.createAcls({ acl: [acl] });
  else await admin.deleteAcls({ filters: [acl] });
}

/** A user's new password, by Kafka's own tool. */
export async function setPassword(kafka: RunningKafka, user: string, password: string): Promise<void> {
  const lib = await kafkaJars();
  await promisify(execFile)('java', [
    ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(lib, '*'), 'kafka.admin.ConfigCommand'],
    ...['--bootstrap-server', kafka.bootstrap, '--alter', '--entity-type', 'users', '--entity-name', user],
    ...['--add-config', `SCRAM-SHA-256=[password=${password}]`],
  ]);
}
