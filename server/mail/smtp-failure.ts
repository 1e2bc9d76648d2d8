import { ConcordatError, isConcordatError } from '../../engine/errors.ts';

/** What nodemailer tells about a failure, as far as we use it. */
interface SmtpError {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly message?: unknown;
}

/**
 * Sorts a failure of the mail server. `mail-refused`: the server said for good (5xx) that it does
 * not take this recipient or this mail, so trying again is useless. Everything else, also a wrong
 * password or a sender that is not allowed, is `mail-unavailable`: once the server is put right, the
 * same mail can go.
 */
export function smtpFailure(
  error: unknown,
  server: { readonly host: string; readonly port: number },
): ConcordatError {
  if (isConcordatError(error)) return error;
  const { code, command, responseCode, message } = (error ?? {}) as SmtpError;
  const reply = typeof responseCode === 'number' ? responseCode : null;
  const details = { code: code ?? null, command: command ?? null, reply };
  const where = `${server.host}:${server.port}`;
  const options = { details, cause: error };
  const said = typeof message === 'string' ? message : 'unknown failure';

  // 503 speaks of the conversation and not of the mail, so it may go another time.
  const forGood = reply !== null && reply >= 500 && reply < 600 && reply !== 503;
  if (forGood && command === 'RCPT TO') {
    return new ConcordatError('mail-refused', `${where} refused the recipient: ${said}`, {
      ...options,
      userMessage: `The mail server does not take mail for this address (it answered ${reply}). Check the address, correct it, and send again.`,
    });
  }
  if (forGood && command === 'DATA') {
    return new ConcordatError('mail-refused', `${where} refused the mail: ${said}`, {
      ...options,
      userMessage: `The mail server refused this mail (it answered ${reply}). It may be too large, or taken for spam. Ask whoever looks after the mail server.`,
    });
  }
  if (code === 'EMESSAGE' && /size/i.test(said)) {
    return new ConcordatError('mail-refused', `too large for ${where}: ${said}`, {
      ...options,
      userMessage: 'This mail is larger than the mail server takes. Send it without attachments.',
    });
  }
  return new ConcordatError('mail-unavailable', `${where}: ${said}`, {
    ...options,
    userMessage: `${reason(code, reply, where)} Nothing is lost: mail waits and is tried again.`,
  });
}

function reason(code: unknown, reply: number | null, where: string): string {
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
      return `The mail server at ${where} did not accept the user name and password. Check CONCORDAT_MAIL.`;
    case 'EDNS':
      return `The mail server’s name cannot be found (${where}). Check CONCORDAT_MAIL.`;
    case 'ETLS':
      return `No safe connection to the mail server at ${where} could be made. Check its certificate, and ?starttls in CONCORDAT_MAIL.`;
    case 'ETIMEDOUT':
    case 'EABORT':
      return `The mail server at ${where} did not answer in time.`;
    case 'ECONNECTION':
    case 'ESOCKET':
      return `The mail server at ${where} could not be reached, or ended the connection.`;
    default:
      return reply === null
        ? `The mail server at ${where} did not take the mail.`
        : `The mail server at ${where} did not take the mail (it answered ${reply}).`;
  }
}
