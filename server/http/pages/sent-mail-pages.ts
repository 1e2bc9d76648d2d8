import type { Router } from 'express';
import { presentOneMail, presentSentMail } from '../../../web/presenters/sent-mail.ts';
import { listSentMail, readSentMail } from '../../use-cases/sent-mail.ts';
import { type PageContext, sendPage, signedIn } from '../page-context.ts';
import { queryText } from '../query-text.ts';
import { readersClock } from '../readers-clock.ts';

const MAILS_A_PAGE = 25;

/** A stored mail is shown in a document of its own that can do and fetch nothing. */
const MAIL_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What was sent, to whom, and whether it was taken. */
export function sentMailPages(context: PageContext, router: Router): void {
  const { services } = context;
  const list = { text: 'Sent mail', href: '/sent-mail' };

  router.get('/sent-mail', async (request, response) => {
    const asker = await signedIn(context, request);
    const after = queryText(request, 'after');
    const [{ mails, next }, { timeZone }] = await Promise.all([
      listSentMail(services, asker, {
        limit: MAILS_A_PAGE,
        ...(after === '' ? {} : { after }),
      }),
      readersClock(services),
    ]);
    await sendPage(context, request, response, {
      view: 'pages/sent-mail',
      frame: { title: 'Sent mail' },
      content: {
        outbox:
          services.mail.kind === 'outbox'
            ? `No mail server is set, so nothing leaves this machine. Each mail is a file in the folder ${services.config.outbox} that any mail program opens, and only there its personal link can be used. To send mail for real, start Concordat with a mail server, such as --mail smtp://mail.example.org.`
            : '',
        table: mails.length === 0 ? null : presentSentMail(mails, timeZone),
        first: after === '' ? '' : list.href,
        next: next === null ? '' : `${list.href}?after=${encodeURIComponent(next)}`,
      },
      asker,
    });
  });

  router.get('/sent-mail/:id', async (request, response) => {
    const asker = await signedIn(context, request);
    const shown = await readSentMail(services, asker, `<${request.params.id}>`);
    const { timeZone } = await readersClock(services);
    const mail = presentOneMail(shown, timeZone);
    await sendPage(context, request, response, {
      view: 'pages/sent-mail-one',
      frame: { title: mail.subject, breadcrumbs: [list, { text: mail.subject }] },
      content: { mail },
      asker,
    });
  });

  router.get('/sent-mail/:id/html', async (request, response) => {
    const asker = await signedIn(context, request);
    const { mail, withheld } = await readSentMail(services, asker, `<${request.params.id}>`);
    response.set({ 'content-security-policy': MAIL_POLICY, 'cache-control': 'no-store' });
    if (withheld) {
      response.status(403).type('text').send('What this mail says is for those concerned alone.');
      return;
    }
    response.type('html').send(mail.html);
  });
}
