#!/usr/bin/env python3
"""Writes sites/city.yaml: a made-up extranet of 402 access points in three districts, 144 leased and 258 PPPoE.

The same text comes out on every run. Names are made up; ranges are private ones.
"""
import pathlib

DISTRICTS = [("XZ", "香洲区", 190), ("DM", "斗门区", 112), ("JW", "金湾区", 100)]
BUREAUS = ["政务数据局", "民政局", "教育局", "卫生健康局", "自然资源局", "住房建设局", "交通运输局", "财政局",
           "人力资源局", "市场监管局", "生态环境局", "水务局", "应急管理局", "文旅体局", "税务局", "司法局"]
ROLES = ["web", "database", "file", "directory", "mail", "other"]


def main():
    lines = ["centre: {name: 市政务外网中心}", "districts:"]
    lines += [f"  - {{id: {key}, name: {name}}}" for key, name, _ in DISTRICTS]
    lines.append("units:")
    units, number = [], 0
    for key, name, _ in DISTRICTS:
        for bureau in BUREAUS:
            number += 1
            units.append((f"U-{number:03}", key))
            lines.append(f"  - {{id: U-{number:03}, name: {name}{bureau}, district: {key}}}")
    lines.append("access_points:")
    assets, point = [], 0
    for index, (key, name, count) in enumerate(DISTRICTS):
        own = [unit for unit, district in units if district == key]
        leased = [68, 40, 36][index]
        for place in range(count):
            point += 1
            unit = own[place % len(own)]
            if place < leased:
                network = f"10.{32 + index}.{place}.0/24"
                importance = 5 if place < 4 else 4 if place < 16 else 3
                lines.append(
                    f"  - {{id: A-{point:03}, name: {name}专线{place + 1}, unit: {unit}, type: leased, "
                    f"ranges: [{network}], vlan: {100 + point}, importance: {importance}, contact: 值班电话{point:03}}}")
                for host in range(2 if place < 16 else 1):
                    role = ROLES[(place + host) % len(ROLES)]
                    assets.append((f"S-{len(assets) + 1:03}", f"{name}{role}{place + 1}-{host + 1}",
                                   f"10.{32 + index}.{place}.{10 + host}", role, importance))
            else:
                number = place - leased
                network = f"10.{40 + index}.{number // 16}.{number % 16 * 16}/28"
                lines.append(
                    f"  - {{id: A-{point:03}, name: {name}服务站{number + 1}, unit: {unit}, type: pppoe, "
                    f"ranges: [{network}], pppoe_session: {1000 + point}, importance: 2, contact: 站长{point:03}}}")
    lines.append("assets:")
    lines += [f"  - {{id: {key}, name: {name}, address: {address}, role: {role}, importance: {importance}}}"
              for key, name, address, role, importance in assets]
    lines.append("  - {id: S-900, name: 域名服务器, address: 10.32.0.53, role: dns, importance: 4}")
    lines.append("  - {id: S-901, name: 上网代理, address: 10.32.0.80, role: proxy, importance: 4}")
    lines.append("scanners: [10.32.0.9]")
    path = pathlib.Path(__file__).parent / "sites" / "city.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
