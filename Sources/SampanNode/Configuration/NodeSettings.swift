internal import Foundation
package import SampanRPC
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

    /// Reads the credential files. Throws too when the certificate is for another role: every peer would refuse the node, one by one.
    package func credentials(as role: PeerIdentity.Role) throws -> NodeCredentials {
        let credentials = try NodeCredentials(
            certificateFile: certificateFile, keyFile: keyFile, trustFile: trustFile, trustDomain: trustDomain)
        guard credentials.identity.role == role else {
            let own = credentials.identity.role.rawValue
            throw ConfigurationError(file: certificateFile, message: "is for role \(own); this node needs one for role \(role.rawValue)")
        }
        return credentials
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
