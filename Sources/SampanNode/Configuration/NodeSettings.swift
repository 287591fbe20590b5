internal import Foundation
package import SampanTransport

/// What every node's file says about itself: whose it is and what it shows.
package struct NodeSettings: Sendable {
    package let trustDomain: String
    package let certificateFile: String
    package let keyFile: String
    package let trustFile: String
    /// Event loops, 1 to 64. 1: a node of a county hospital is far below what one core serves.
    package let loops: Int

    init(_ mapping: YAMLMapping, relativeTo directory: String) throws(ConfigurationError) {
        trustDomain = try mapping.string("trust-domain")
        certificateFile = Self.resolve(try mapping.string("certificate"), directory)
        keyFile = Self.resolve(try mapping.string("key"), directory)
        trustFile = Self.resolve(try mapping.string("trust"), directory)
        loops = try mapping.integer("loops", default: 1, in: 1...64)
    }

    /// Reads the credential files.
    package func credentials() throws(CredentialsError) -> NodeCredentials {
        try NodeCredentials(certificateFile: certificateFile, keyFile: keyFile, trustFile: trustFile, trustDomain: trustDomain)
    }

    /// Paths in a file are meant from where the file is.
    static func resolve(_ path: String, _ directory: String) -> String {
        path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }

    static func directory(of file: String) -> String {
        let directory = (file as NSString).deletingLastPathComponent
        return directory.isEmpty ? "." : directory
    }
}
