/// What a node's file may say, as published: JSON Schema, draft 2020-12. The readers say it again in code, and a test holds one against the
/// other.
package enum ConfigurationSchema {
    package static var json: String { String(decoding: PackageResources.node_schema_json, as: UTF8.self) }
}
