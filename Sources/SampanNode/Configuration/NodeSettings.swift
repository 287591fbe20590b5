internal import Foundation
package import SampanMesh
package import SampanRPC
package import SampanTransport

/// What every node's file says about itself: whose it is and what it shows.
///
/// Either `certificate`, `key` and `trust`, files that somebody else keeps up to date; or `trust-folder` and `platform`, and the node
/// renews, and follows the region's trust, by itself.
package struct NodeSettings: Sendable {
    /// Where a node has from what it shows and believes.
    package enum Source: Sendable, Hashable {
        case files(CredentialFiles)
        /// The folder, and the platform's addresses, best first.
        case folder(NodeTrustFolder, platform: [HostAndPort])
    }

    package let trustDomain: String
    package let source: Source
    /// Event loops, 1 to 64. 1: a node of a county hospital is far below what one core serves.
    package let loops: Int

    init(_ mapping: YAMLMapping, relativeTo directory: String) throws(ConfigurationError) {
        trustDomain = try mapping.string("trust-domain")
        source = try Self.source(mapping, directory, trustDomain)
        loops = try mapping.integer("loops", default: 1, in: 1...64)
    }

    /// Addresses of platforms that are tried. 16: as many as a route has.
    private static let maximumPlatforms = 16

    private static func source(
        _ mapping: YAMLMapping, _ directory: String, _ trustDomain: String
    ) throws(ConfigurationError) -> Source {
        let platform = try mapping.optionalString("platform")
        guard let folder = try mapping.optionalString("trust-folder") else {
            if platform != nil { throw mapping.invalid("platform", "stands with trust-folder only") }
            return .files(
                CredentialFiles(
                    certificateFile: resolve(try mapping.string("certificate"), directory),
                    keyFile: resolve(try mapping.string("key"), directory),
                    trustFile: resolve(try mapping.string("trust"), directory), trustDomain: trustDomain))
        }
        for key in ["certificate", "key", "trust"] where mapping.has(key) {
            throw mapping.invalid(key, "does not stand with trust-folder, which has everything")
        }
        let texts = platform?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        let addresses = texts.compactMap { HostAndPort($0.drop { $0 == " " }.trimmingSuffix { $0 == " " }) }
        guard (1...maximumPlatforms).contains(texts.count), addresses.count == texts.count else {
            throw mapping.invalid("platform", "must be host:port, or several with commas, such as 10.0.0.1:7500, 10.0.0.2:7500")
        }
        return .folder(NodeTrustFolder(path: resolve(folder, directory)), platform: addresses)
    }

    /// Where the region's platform is; nowhere for a node whose files somebody else keeps.
    package var platform: [HostAndPort] {
        if case .folder(_, let platform) = source { platform } else { [] }
    }

    /// Reads what the node shows. Throws too when the certificate is for another role: every peer would refuse the node, one by one.
    package func credentials(as role: PeerIdentity.Role) throws -> NodeCredentials {
        switch source {
        case .files(let files): try check(files.read(), role, files.certificateFile)
        case .folder(let folder, _): try check(folder.read(trustDomain: trustDomain).credentials, role, folder.identityFile)
        }
    }

    private func check(_ credentials: NodeCredentials, _ role: PeerIdentity.Role, _ file: String) throws -> NodeCredentials {
        try Self.check(credentials.identity, role, file)
        return credentials
    }

    static func check(_ identity: PeerIdentity, _ role: PeerIdentity.Role, _ file: String) throws(ConfigurationError) {
        guard identity.role == role else {
            throw ConfigurationError(
                file: file, message: "is for role \(identity.role.rawValue); this node needs one for role \(role.rawValue)")
        }
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

extension Substring {
    fileprivate func trimmingSuffix(_ isDropped: (Character) -> Bool) -> String {
        var rest = self
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return String(rest)
    }
}
