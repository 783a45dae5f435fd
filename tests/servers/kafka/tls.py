"""TLS and SASL to a genuine broker, set up by properties from the environment and from files."""
import os

from support import AT, contains, equal, folder, write
from topics import PLACE, World, entry, make_topic, produce

HOST, PORT = PLACE.split(":")
BUILD = os.environ.get("BUILD", "build")
KEYS = os.path.abspath(f"{BUILD}/servers/kafka-{PORT}/tls")
TLS = {"bootstrap.servers": f"{HOST}:{int(PORT) + 2}", "security.protocol": "ssl",
       "ssl.ca.location": f"{KEYS}/ca.pem", "ssl.certificate.location": f"{KEYS}/client.pem",
       "ssl.key.location": f"{KEYS}/client.key"}
SASL = {"bootstrap.servers": f"{HOST}:{int(PORT) + 3}", "security.protocol": "sasl_ssl",
        "ssl.ca.location": f"{KEYS}/ca.pem", "sasl.mechanism": "PLAIN", "sasl.username": "tenure",
        "sasl.password": "of tenure"}


def lines(properties, **changed):
    merged = {**properties, **{name.replace("_", "."): value for name, value in changed.items()}}
    return "".join(f"{name}={value}\n" for name, value in merged.items() if value is not None)


def world_of(place, topic, address):
    make_topic(topic)
    world = World(place, topic)
    produce(topic, [(0, entry(40)), (0, entry(40)), (0, entry(1))])
    world.env["BUS"] = address
    return world


def works(world):
    equal(world.count(), {"records": 3, "keep": 1, "delete": 2, "flag": 0})
    world.plan()
    contains(world.apply().out, "2 of 2 deleted")


def test_tls_with_a_client_s_certificate_by_properties_of_the_environment():
    with folder() as place:
        works(world_of(place, "tlsenv", lines(TLS)))


def test_tls_and_sasl_by_a_file_of_properties():
    with folder() as place:
        works(world_of(place, "saslfile", write(f"{place}/bus.properties", lines(SASL))))


def test_sasl_by_properties_of_the_environment():
    with folder() as place:
        works(world_of(place, "saslenv", lines(SASL)))


def fails(world, address):
    world.env["BUS"] = address
    return world.run("eval", world.deployment, "--at", AT, code=3).err


def test_what_is_not_trusted_or_not_let_in_is_said_and_no_secret_is():
    with folder() as place:
        world = world_of(place, "untrusted", PLACE)
        other = write(f"{place}/other.pem", "")
        with open(f"{KEYS}/client.pem", encoding="ascii") as file:
            write(other, file.read())
        contains(fails(world, lines(TLS, ssl_ca_location=other)), "certificate verify failed")
        found = fails(world, lines(SASL, sasl_password="guessed it"))
        contains(found, "Authentication failed")
        equal("guessed it" in found, False)
        found = fails(world, lines(SASL) + "no.such.thing=1\n")
        contains(found, '"no.such.thing" (line 7 of its address)')
        equal("of tenure" in found, False)
