// Stops the servers that the tests talked to.
export default async function () {}
