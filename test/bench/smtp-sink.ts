// Run as a process of its own beside what is measured: an SMTP server that takes everything, and says
// on its first line where it listens and at the end how often each Message-ID came.
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

const came = new Map<string, number>();
const server = new SMTPServer({
  authOptional: true,
  hideSTARTTLS: true,
  disableReverseLookup: true,
  onData(stream, _session, done) {
    buffer(stream).then((raw) => {
      const id = /^Message-ID: (.*)$/im.exec(raw.toString('latin1'))?.[1] ?? '';
      came.set(id, (came.get(id) ?? 0) + 1);
      done();
    }, done);
  },
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.server.address() as AddressInfo).port}\n`);
});
process.stdin.on('data', (asked: Buffer) => {
  const counts = [...came.values()];
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  process.stdout.write(`${JSON.stringify({ mails: came.size, most })}\n`);
  if (asked.toString().includes('clear')) came.clear();
});
