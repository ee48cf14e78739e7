"""ipaddress: planning subnets, summarising, containment, special ranges, IPv6."""

from ipaddress import (
    IPv4Interface,
    IPv6Address,
    ip_address,
    ip_interface,
    ip_network,
    collapse_addresses,
    summarize_address_range,
)


def plan(block: str, wishes: dict[str, int]):
    """Give each name the smallest subnet that holds its hosts, largest first."""
    free = [ip_network(block)]
    for name, hosts in sorted(wishes.items(), key=lambda w: (-w[1], w[0])):
        prefix = 32 - (hosts + 1).bit_length()
        free.sort(key=lambda n: (n.num_addresses, n))
        home = next((n for n in free if n.prefixlen <= prefix), None)
        if home is None:
            yield name, None
            continue
        free.remove(home)
        chosen = next(home.subnets(new_prefix=prefix))
        free += home.address_exclude(chosen) if chosen != home else []
        yield name, chosen
    yield "free", [str(n) for n in sorted(free)]


def main():
    for name, network in plan("192.168.10.0/24", {"office": 100, "lab": 50, "wifi": 25, "link": 2, "huge": 200}):
        print(
            name,
            network,
            f"{network.num_addresses - 2} hosts, {network[1]}-{network[-2]}"
            if hasattr(network, "num_addresses")
            else "",
        )
    net = ip_network("10.0.0.0/22")
    print(
        net.netmask,
        net.hostmask,
        net.broadcast_address,
        net.num_addresses,
        list(net.subnets(2))[-1],
        net.supernet(3),
        ip_address("10.0.3.255") in net,
        net.overlaps(ip_network("10.0.2.0/30")),
    )
    print(
        [
            str(n)
            for n in collapse_addresses(
                map(ip_network, ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/25", "10.0.2.128/25", "10.0.9.0/24"])
            )
        ]
    )
    print(
        [str(n) for n in summarize_address_range(ip_address("192.0.2.3"), ip_address("192.0.2.17"))],
        [str(h) for h in ip_network("192.0.2.0/30").hosts()],
    )
    for text in (
        "127.0.0.1",
        "10.1.2.3",
        "169.254.1.1",
        "224.0.0.1",
        "8.8.8.8",
        "0.0.0.0",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "2001:db8::ff00:42:8329",
        "::ffff:192.0.2.128",
        "2002:c000:204::1",
        "ff02::1",
        "fd00::1",
    ):
        a = ip_address(text)
        flags = [
            name
            for name in (
                "is_private",
                "is_global",
                "is_loopback",
                "is_link_local",
                "is_multicast",
                "is_reserved",
                "is_unspecified",
            )
            if getattr(a, name)
        ]
        print(f"{text:<26} v{a.version} {' '.join(flags)}")
    six = IPv6Address("2001:db8::ff00:42:8329")
    print(
        six.exploded,
        six.compressed,
        int(six),
        six.packed.hex(),
        six.reverse_pointer[:20],
        IPv6Address("::ffff:192.0.2.128").ipv4_mapped,
        IPv6Address("2002:c000:204::1").sixtofour,
        IPv6Address("fe80::1%eth0").scope_id,
    )
    face = ip_interface("192.168.1.77/26")
    print(
        face.ip,
        face.network,
        face.with_netmask,
        face.with_hostmask,
        isinstance(face, IPv4Interface),
        ip_address("10.0.0.1") + 300,
        ip_address(3232235777),
        int(ip_address("1.2.3.4")),
        f"{ip_address('1.2.3.4'):b}",
        f"{ip_address('1.2.3.4'):#X}",
    )
    print(
        sorted(map(ip_address, ["10.0.0.10", "10.0.0.9", "9.255.0.0"]))[0],
        ip_address("10.0.0.1") < ip_address("10.0.0.2"),
        {ip_address("::1"): 1}[ip_address("0:0::1")],
        ip_network("2001:db8::/126")[3],
    )
    for bad in (
        "256.1.1.1",
        "1.2.3",
        "01.2.3.4",
        "10.0.0.1/24",
        "10.0.0.0/33",
        "::1::",
        "g::",
        "1:2:3:4:5:6:7:8:9",
        "",
        "10.0.0.0/255.0.255.0",
    ):
        try:
            ip_network(bad)
            print("accepted", bad)
        except ValueError as error:
            print(error)
    try:
        print(ip_address("10.0.0.1") < ip_address("::1"))
    except TypeError as error:
        print(error)


if __name__ == "__main__":
    main()
