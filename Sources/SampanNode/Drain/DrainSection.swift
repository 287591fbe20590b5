/// `drain` of a node's file: how it goes out of service (Docs/Mesh.md). Left out: the default below.
///
/// ```yaml
/// drain:
///   grace: 20s     # that calls under way have to end, after SIGTERM and where `sampan drain` names none
/// ```
enum DrainSection {
    /// 20 s: what containers are given from SIGTERM to SIGKILL (30 s with Kubernetes, 90 s with systemd), less the time to close stores;
    /// twice the deadline that callers of ours have who name none.
    static let defaultGrace: Duration = .seconds(20)

    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> Duration {
        let section = try mapping.mappingOrEmpty("drain")
        let grace = try section.duration("grace", default: defaultGrace, in: .zero...(.seconds(3_600)))
        try section.finish()
        return grace
    }
}
