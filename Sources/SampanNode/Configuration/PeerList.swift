internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// `peers` of a node's file: who may come from where (GW-13). Left out, whoever has a good certificate may come from anywhere.
///
/// ```yaml
/// peers:
///   - from: [10.20.0.0/16, "2001:db8:20::/48"]   # addresses, and ranges in CIDR form
///     roles: [hospital, app]                      # left out: all
///     institutions: ["4699*"]                     # left out: all
/// ```
enum PeerList {
    /// 1,000: a region has some hundreds of institutions.
    private static let maximumEntries = 1_000
    /// Of all entries together. 2,000: every connection is compared with them before it has cost anything else, some 20 µs then.
    private static let maximumRanges = 2_000

    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> PeerAllowList? {
        guard mapping.has("peers") else { return nil }
        let list = try mapping.mappings("peers")
        guard (1...maximumEntries).contains(list.count) else {
            throw mapping.invalid("peers", "must have 1 to \(maximumEntries) entries; left out, peers may come from anywhere")
        }
        var entries: [PeerAllowList.Entry] = []
        for entry in list { entries.append(try read(entry: entry)) }
        guard entries.reduce(0, { $0 + $1.from.count }) <= maximumRanges else {
            throw mapping.invalid("peers", "has over \(maximumRanges) addresses and ranges")
        }
        return PeerAllowList(entries)
    }

    private static func read(entry: YAMLMapping) throws(ConfigurationError) -> PeerAllowList.Entry {
        let ranges = try entry.values("from", "an address or a range such as 10.20.0.0/16, all behind it zero") { AddressRange($0) }
        let roles = entry.has("roles") ? try entry.roles("roles") : PeerIdentity.Role.allCases
        let institutions = try entry.institutions("institutions")
        try entry.finish()
        return PeerAllowList.Entry(from: ranges, roles: Set(roles), institutions: institutions)
    }
}
