"""The embedded server as a replica set with one member, so that it has snapshots and transactions.

A folder that a single server has written becomes such a set at the first start. The set's configuration names
its member by address, and the port is another one at each start: so the address is put right then.
"""

from typing import Any

from pymongo import AsyncMongoClient

Client = AsyncMongoClient[dict[str, Any]]

NAME = "mediconnect"
# The oplog is for other members, which there are not; its default would be 5 % of the disk, this is in MB.
OPTIONS = ("--replSet", NAME, "--oplogSize", "64")


async def is_primary(client: Client, address: str) -> bool:
    """Tell whether the server takes writes; if it has no set, or one at another address, put that right.

    Its `address` is host:port. Raises PyMongoError, also while it has not read its configuration yet.
    Source: MongoDB's commands hello, replSetInitiate, replSetReconfig.
    """
    hello = await client.admin.command("hello")
    if hello.get("isWritablePrimary"):
        return True
    config = await client.local["system.replset"].find_one()
    if config is None:
        members = [{"_id": 0, "host": address}]
        await client.admin.command("replSetInitiate", {"_id": NAME, "members": members})
    elif config["members"][0]["host"] != address:
        config["members"][0]["host"] = address
        # With force, as there is no primary that could be asked.
        await client.admin.command("replSetReconfig", config, force=True)
    return False


def connection_string(address: str) -> str:
    """Return how a driver finds the set; it waits for it while the server is started again."""
    return f"mongodb://{address}/?replicaSet={NAME}"
