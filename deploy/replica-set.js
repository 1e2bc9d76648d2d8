// For mongosh: makes the three members one replica set, once, and waits until it has a primary.
const members = ['mongo-1', 'mongo-2', 'mongo-3'].map((host, _id) => ({ _id, host: `${host}:27017` }));

try {
  rs.status();
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  rs.initiate({ _id: 'concordat', members });
}

for (let waited = 0; waited < 120; waited += 1) {
  if (rs.status().members.some(({ stateStr }) => stateStr === 'PRIMARY')) quit(0);
  sleep(1000);
}
print('the replica set has no primary after two minutes');
quit(1);
