/// `staff` of a hospital's, centre's or gateway's file: the node believes staff tokens, and signs them for its own institution's programs
/// (Docs/Registry.md). It follows the registry at the platform. Left out: it does neither.
///
/// ```yaml
/// staff:
///   limit: 2s      # how long it goes by what it heard last from the registry; then it believes nobody
/// ```
package struct StaffSection: Sendable {
    package let limit: Duration

    /// Nil where the file has no `staff`.
    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> StaffSection? {
        guard mapping.has("staff") else { return nil }
        let section = try mapping.mapping("staff")
        let limit = try section.duration("limit", default: .seconds(2), in: .seconds(1)...(.seconds(600)))
        try section.finish()
        return StaffSection(limit: limit)
    }
}
