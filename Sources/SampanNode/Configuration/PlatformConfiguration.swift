internal import Foundation
package import SampanAuthority
package import SampanCrypto
package import SampanMesh
internal import SampanRPC
package import SampanTransport

/// The file of a platform node: the certificate authority of a region.
///
/// ```yaml
/// role: platform
/// listen: 0.0.0.0:7440              # nodes and admins, over mutual TLS
/// platform: 127.0.0.1:7440         # where this node finds itself; left out: what `listen` says
/// enroll-listen: 0.0.0.0:7441       # new nodes, which have no certificate yet; left out: nobody can enroll
/// trust-folder: platform            # this node's own certificate, and the epoch that it holds
/// authority:
///   folder: authority               # journal and keys
///   passphrase-file: working.pass   # 0600
///   root-passphrase-file: root.pass # left out: the root is asleep, and no root can be changed while it is
///   certificate-life: 720h
///   absence-limit: 10m
/// identity: { database: identity.db, secret-file: identity.secret }   # left out: no patient index (`IdentitySection`)
/// mesh: { advertise: [10.20.0.1:7440] }   # left out: called by its address only (`NodeRegistration`)
/// policy: policy.yaml               # left out: what `PlatformNode.policy` says
/// metrics: { listen: 127.0.0.1:9464 }   # left out: nobody reads them (`MetricsSettings`)
/// telemetry: { collector: 127.0.0.1:4317 }   # left out: nobody is told of metrics and traces (`TelemetrySettings`)
/// peers:                            # who may come from where (`PeerList`); left out: from anywhere. Itself it lets in from `platform`
///   - { from: [10.20.0.0/16] }      # Not asked by `enroll-listen`: who has no certificate yet shows a token
/// limits: { calls-per-second: 20000 }   # of one institution (`LimitsSection`); left out: its defaults
/// drain: { grace: 20s }  # that calls have to end when the node stops (`DrainSection`)
/// registry: { folder: registry }   # of institutions, staff and codes (`RegistrySection`); left out: the node keeps none
/// records: { database: records.db, master-key-file: records.key, notices: { spool: notices } }   # (`RecordsSection`); left out: none
/// ```
package struct PlatformConfiguration: Sendable {
    package let listen: HostAndPort
    /// Nil where nobody can enroll.
    package let enrollListen: HostAndPort?
    package let trustFolder: String
    package let loops: Int
    /// Folder of journal and keys.
    package let authorityFolder: String
    package let passphraseFile: String
    package let rootPassphraseFile: String?
    /// Its own listener, as this node itself reaches it: `platform` where it is given, else `listen`.
    package let own: HostAndPort
    /// `certificate-life` (default 30 days: what is lost is worthless soon, and ten days are left to renew in) and `absence-limit` (default
    /// 10 minutes: sixty reports that did not come).
    package let authority: AuthorityConfiguration
    /// Who may call what (`PolicyFile`).
    package let policyEdition: PolicyEdition
    /// Nil: peers may come from anywhere.
    package let peers: PeerAllowList?
    package let observation: ObservationSettings
    /// Whose pages may call by the doors to the web; nil where there are none.
    package let webOrigins: Set<String>?
    /// What one institution may ask of it, and what it does when all ask too much (`LimitsSection`).
    package let limits: LoadLimits
    /// That calls have to end when the node goes out of service (`DrainSection`).
    package let drainGrace: Duration
    /// Nil where there is no patient index.
    package let identity: IdentitySection?
    /// Nil for a platform that is called by its address only.
    package let registration: NodeRegistration?
    /// Nil for a platform that keeps no registry.
    package let registry: RegistrySection?
    /// Nil for a platform that keeps no records.
    package let records: RecordsSection?

    /// Blocks on the disk. Throws, naming the line or the variable, for anything that is not a configuration of this kind.
    package init(file: String, _ reading: ConfigurationReading = .ofProcess) throws(ConfigurationError) {
        let directory = NodeSettings.directory(of: file)
        let mapping = try YAMLMapping(file: file, reading)
        guard try NodeRole.read(mapping) == .platform else { throw mapping.invalid("role", "must be platform") }
        listen = try mapping.address("listen")
        enrollListen = mapping.has("enroll-listen") ? try mapping.address("enroll-listen") : nil
        own = mapping.has("platform") ? try mapping.address("platform") : listen
        peers = try PeerList.read(mapping).map { [own] in Self.withItself($0, own) }
        observation = try ObservationSettings.read(mapping)
        webOrigins = try WebOrigins.read(mapping)
        limits = try LimitsSection.read(mapping)
        registry = try RegistrySection.read(mapping, relativeTo: directory)
        records = try RecordsSection.read(mapping, relativeTo: directory)
        registration = try NodeRegistration.read(
            mapping, limits,
            serving: PlatformNode.servedNames + (mapping.has("identity") ? [PlatformNode.identityName] : [])
                + (registry == nil ? [] : RegistryPart.servedNames) + (records == nil ? [] : RecordsPart.servedNames))
        drainGrace = try DrainSection.read(mapping)
        identity = try IdentitySection.read(mapping, relativeTo: directory)
        trustFolder = NodeSettings.resolve(try mapping.string("trust-folder"), directory)
        loops = try mapping.integer("loops", default: 1, in: 1...64)
        let authority = try mapping.mapping("authority")
        authorityFolder = NodeSettings.resolve(try authority.string("folder"), directory)
        passphraseFile = NodeSettings.resolve(try authority.string("passphrase-file"), directory)
        rootPassphraseFile = try authority.optionalString("root-passphrase-file").map { NodeSettings.resolve($0, directory) }
        var settings = AuthorityConfiguration()
        let days: (Int) -> Duration = { .seconds($0 * 86_400) }
        settings.certificateLife =
            try authority.duration("certificate-life", default: days(30), in: .seconds(10)...days(398)).components.seconds
        let absence = try authority.duration("absence-limit", default: .seconds(600), in: .seconds(1)...days(30))
        settings.absenceLimit = absence.components.seconds * 1_000_000_000
        self.authority = settings
        try authority.finish()
        if let file = try mapping.optionalString("policy") {
            policyEdition = try PolicyFile(file: NodeSettings.resolve(file, directory)).edition
        } else {
            do throws(PolicyRefusal) { policyEdition = try PolicyEdition(builtIn: PlatformNode.policy) } catch {
                throw mapping.invalid("policy", error.message)
            }
        }
        try mapping.finish()
    }

    /// The node follows itself as all others do, from this machine, and must not be locked out of its own trust by a list that forgot it.
    private static func withItself(_ list: PeerAllowList, _ own: HostAndPort) -> PeerAllowList {
        let ranges = ["127.0.0.0/8", "::1", own.host].compactMap { AddressRange($0) }
        return PeerAllowList(list.entries + [PeerAllowList.Entry(from: ranges, roles: [.platform], institutions: .all)])
    }

    /// Reads a passphrase file; throws when others than its owner may read it, and for an empty one.
    package static func passphrase(file: String) throws -> Passphrase {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        let data = try ConfigurationFile.read(file, limit: Passphrase.byteLimit + 2)
        guard let mode = attributes?[.posixPermissions] as? NSNumber, mode.intValue & 0o077 == 0 else {
            throw ConfigurationError(file: file, message: "may be read by others; chmod 600 it")
        }
        var bytes = [UInt8](data)
        do throws(CryptoError) {
            return try Passphrase(takingFile: &bytes)
        } catch {
            throw ConfigurationError(file: file, message: "holds no passphrase: \(error.detail)")
        }
    }
}
