package import SampanDomain

/// `registry` of a platform node's file: the registry of institutions, staff and code systems (Docs/Registry.md). Left out: the node keeps
/// none.
///
/// ```yaml
/// registry:
///   folder: registry                  # registry.db, and registry.key that seals what is personal in it
///   scheme: unified-social-credit     # of institution codes, which is the default; or local
/// ```
package struct RegistrySection: Sendable {
    /// Made with 0700 when missing.
    package let folder: String
    package let scheme: InstitutionCode.Scheme

    /// Nil where the file has no `registry`.
    static func read(_ mapping: YAMLMapping, relativeTo directory: String) throws(ConfigurationError) -> RegistrySection? {
        guard mapping.has("registry") else { return nil }
        let section = try mapping.mapping("registry")
        let folder = NodeSettings.resolve(try section.string("folder"), directory)
        let registry = RegistrySection(folder: folder, scheme: try section.scheme())
        try section.finish()
        return registry
    }
}
