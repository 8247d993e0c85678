// Starts the servers that the tests talk to.
export default async function () {}
