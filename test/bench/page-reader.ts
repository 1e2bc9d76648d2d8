// Run as a process of its own beside the server that is measured: reads one page again and again and
// says at the end how long each reading took.
const [url = '', cookie = '', every = '20'] = process.argv.slice(2);
const times: number[] = [];
let going = true;

process.stdin.on('data', () => {
  going = false;
});
// The first ones read and compile the views, once in the life of a server.
for (let n = 0; n < 5; n += 1) await read();
process.stdout.write('ready\n');
while (isGoing()) {
  const began = performance.now();
  await read();
  times.push(performance.now() - began);
  await new Promise((resolve) => setTimeout(resolve, Number(every)));
}
process.stdout.write(`${JSON.stringify(times)}\n`);
process.exit(0);

async function read(): Promise<void> {
  const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
  await answer.text();
  if (answer.status !== 200) throw new Error(`the page answered ${answer.status}`);
}

function isGoing(): boolean {
  return going;
}
