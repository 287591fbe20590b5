internal import Foundation
package import Logging
internal import SampanAPI
package import SampanAuthority
internal import SampanCrypto
internal import SampanDomain
internal import SampanIdentity
package import SampanMesh
internal import SampanRPC
internal import SampanServices
internal import SampanTransport

/// A platform node, composed: the region's certificate authority, what nodes and admins ask of it, and its own part in the trust that it
/// makes. It follows its own epochs over its own listener, as every other node does.
package struct PlatformNode: Sendable {
    private let configuration: PlatformConfiguration
    private let log: Logger

    package init(_ configuration: PlatformConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Which role may call what, where the configuration names no policy of its own.
    package static let policy: [PolicyRule] = [
        PolicyRule("sampan.trust.v1.TrustService", Set(PeerIdentity.Role.allCases)),
        PolicyRule("sampan.trust.v1.AuthorityService", .admin, .platform),
        PolicyRule("sampan.mesh.v1.RegistryService", .hospital, .center, .gateway, .platform),
        // Where the node keeps a registry. Of two rules the one that names the method decides. Institutions change nothing but their own
        // staff and mappings: see the desks.
        PolicyRule("sampan.identity.v1.InstitutionService", .admin, .platform),
        PolicyRule("sampan.identity.v1.InstitutionService/GetInstitution", .hospital, .center, .gateway, .admin, .platform),
        PolicyRule("sampan.identity.v1.InstitutionService/ListInstitutions", .hospital, .center, .gateway, .admin, .platform),
        PolicyRule("sampan.identity.v1.InstitutionService/ListInstitutionVersions", .hospital, .center, .gateway, .admin, .platform),
        PolicyRule("sampan.identity.v1.InstitutionService/LookupInstitutions", Set(PeerIdentity.Role.allCases)),
        PolicyRule("sampan.identity.v1.StaffService", .hospital, .center, .gateway, .admin, .platform),
        PolicyRule("sampan.identity.v1.StaffService/LookupStaff", Set(PeerIdentity.Role.allCases)),
        PolicyRule("sampan.identity.v1.CodeService", .hospital, .center, .gateway, .admin, .platform),
        PolicyRule("sampan.identity.v1.CodeService/ListCodeSystems", Set(PeerIdentity.Role.allCases)),
        PolicyRule("sampan.identity.v1.CodeService/GetCode", Set(PeerIdentity.Role.allCases)),
        PolicyRule("sampan.identity.v1.CodeService/ListCodes", Set(PeerIdentity.Role.allCases)),
        PolicyRule("sampan.mesh.v1.StandingService", .hospital, .center, .gateway, .platform),
        PolicyRule("sampan.mesh.v1.StaffTokenService", .app, .platform),
        PolicyRule("sampan.trust.v1.NodeService", .admin, .platform),
        // Of calls of their own institution: see `NodeDesk`.
        PolicyRule("sampan.trust.v1.NodeService/ListCallRecords", Set(PeerIdentity.Role.allCases)),
        // Residents see who looked at their own record; every node may keep tree heads of others.
        PolicyRule("sampan.audit.v1.AuditService/ListReaders", .app),
        PolicyRule("sampan.audit.v1.AuditService/GetTreeHead", .hospital, .center, .gateway, .platform, .admin),
        // The patient index, where it is configured. People's decisions over pairs are the region's, since they show two institutions'
        // records.
        PolicyRule("sampan.identity.v1.PatientService/RegisterPatient", .hospital, .center, .gateway),
        PolicyRule("sampan.identity.v1.PatientService/ResolvePatient", .hospital, .center, .gateway, .platform, .admin),
        PolicyRule("sampan.identity.v1.PatientService/CrossReference", .hospital, .center, .gateway, .platform, .admin),
        PolicyRule("sampan.identity.v1.PatientService/ListPatientEvents", .hospital, .center, .platform, .admin),
        PolicyRule("sampan.identity.v1.PatientService/LinkGuardian", .hospital, .center, .platform, .admin),
        PolicyRule("sampan.identity.v1.PatientService/SplitRecord", .hospital, .center),
        PolicyRule("sampan.identity.v1.PatientService/ListReviews", .platform, .admin),
        PolicyRule("sampan.identity.v1.PatientService/DecideReview", .platform, .admin),
        PolicyRule("sampan.identity.v1.PatientService/MergePatients", .platform, .admin),
        PolicyRule("sampan.identity.v1.PatientService/UnmergePatients", .platform, .admin),
        // Records, where they are configured. Who reads is the member of staff of the token; what may be read decides the gate.
        PolicyRule("sampan.records.v1.DocumentService", .hospital, .center, .gateway, .app),
        PolicyRule("sampan.records.v1.ConsentService", .hospital, .center, .gateway, .app),
        PolicyRule("sampan.records.v1.ResidentService", .app),
        PolicyRule("sampan.records.v1.RecognitionService", .hospital, .center, .gateway, .app),
        PolicyRule("sampan.records.v1.RecognitionService/PutQualityCertificate", .admin, .platform),
        PolicyRule("sampan.records.v1.RecognitionService/ListQualityCertificates", .hospital, .center, .gateway, .admin, .platform),
        PolicyRule("grpc.health.v1.Health", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.reflection.v1.ServerReflection", .admin, .platform),
        PolicyRule("grpc.reflection.v1alpha.ServerReflection", .admin, .platform),
    ]

    /// Serves until its task is cancelled or an admin drains it, and returns when no call is left. Throws when it cannot start.
    /// - Parameters:
    ///   - reload: nil for a node whose file is read once.
    ///   - ready: called once with the bound address, when calls are taken.
    package func run(reload: ConfigurationReload? = nil, ready: @Sendable (String) -> Void) async throws {
        let authority = try await openAuthority()
        let index = try await openIndex()
        let node = try ServingNode(
            loops: configuration.loops, registration: configuration.registration, grace: configuration.drainGrace, log: log
        ) {
            try NodeSecurity(
                folder: NodeTrustFolder(path: configuration.trustFolder), as: .platform, platform: [configuration.own],
                returning: ReturningNodes { authority.state.retiredRoots.map(\.certificate) }, policy: $1, takeRoutes: $2, group: $0,
                log: log)
        }
        let registry: RegistryPart?
        if let section = configuration.registry { registry = try await RegistryPart.open(section) } else { registry = nil }
        let records: RecordsPart?
        if let section = configuration.records, let index { records = try await RecordsPart.open(section, index) } else { records = nil }
        let health = HealthService(
            serving: Self.servedNames + (index == nil ? [] : [Self.identityName]) + (registry == nil ? [] : RegistryPart.servedNames)
                + (records == nil ? [] : RecordsPart.servedNames))
        let listening = try await node.serve(
            try desks(authority, node, index, registry, records), health,
            ServingNode.Door(
                listen: configuration.listen, peers: configuration.peers, limits: configuration.limits, policy: configuration.policyEdition,
                auditFolder: configuration.authorityFolder, observation: configuration.observation, webOrigins: configuration.webOrigins,
                platform: [configuration.own]), standing: registry?.board
        ) {
            authority.endFollowing()
            registry?.release()
        }
        let enrollment = try await serveEnrollment(authority, node.credentials, node.group)
        ready("\(listening.address)")
        await node.live(listening, reload: reload) {
            async let standing: Void? = registry?.keep()
            async let kept: Void? = records?.keep(log)
            await authority.serve { log.error("the authority", metadata: ["problem": "\($0)"]) }
            _ = await (standing, kept)
        }
        await enrollment?.shutdown(grace: .seconds(1))
        await records?.close()
        await registry?.close()
        await authority.close()
        await index?.close()
        await node.shutdown(listening)
    }

    private func desks(
        _ authority: Authority, _ node: ServingNode, _ index: PatientIndex?, _ registry: RegistryPart?, _ records: RecordsPart?
    ) throws -> [any RPCService] {
        let people = try NodeAudit.personKeys(folder: configuration.authorityFolder)
        var desks: [any RPCService] = [
            TrustDesk(authority), AuthorityDesk(authority, policyFault: Self.fault), RegistryDesk(authority),
            AuditDesk(log: node.audit, keys: people, residents: records?.sessions),
        ]
        if let index { desks.append(PatientDesk(index)) }
        if let registry { desks += registry.services(node) }
        if let records, let registry {
            desks += try records.services(node, registry: registry, people: people, own: node.credentials.identity)
        }
        return desks
    }

    /// What is wrong with a policy that an admin would give the region.
    private static let fault: @Sendable (String) -> String? = { text in
        do throws(PolicyRefusal) {
            _ = try PolicyFile.reader(text)
            return nil
        } catch {
            return error.description
        }
    }

    static let servedNames = ["sampan.trust.v1.TrustService", "sampan.trust.v1.AuthorityService", "sampan.mesh.v1.RegistryService"]

    static let identityName = "sampan.identity.v1.PatientService"

    /// The patient index; nil where the node hosts none.
    private func openIndex() async throws -> PatientIndex? {
        guard let identity = configuration.identity else { return nil }
        let secret = try IdentitySection.secret(file: identity.secretFile)
        do {
            return try await PatientIndexFile.open(path: identity.database, secret: secret, now: WallClock.now)
        } catch {
            throw ConfigurationError(file: identity.database, message: "the patient index cannot be opened: \(error)")
        }
    }

    private func openAuthority() async throws -> Authority {
        let passphrases = AuthorityPassphrases(
            working: try PlatformConfiguration.passphrase(file: configuration.passphraseFile),
            root: try configuration.rootPassphraseFile.map { try PlatformConfiguration.passphrase(file: $0) })
        do throws(AuthorityError) {
            return try await Authority(
                folder: AuthorityFolder(configuration.authorityFolder), passphrases: passphrases,
                configuration: configuration.authority, clock: .system)
        } catch {
            throw ConfigurationError(file: configuration.authorityFolder, message: "the authority cannot be opened: \(error)")
        }
    }

    /// Where new nodes come, who have no certificate yet; nil where nobody can.
    private func serveEnrollment(
        _ authority: Authority, _ credentials: LiveCredentials, _ group: EventLoopGroup
    ) async throws -> GRPCServer? {
        guard let place = configuration.enrollListen else { return nil }
        let server = try GRPCServer(group: group, services: [EnrollmentDesk(authority)], enrollment: credentials)
        let address = try await ListenerAddress.listen(server, place, "enroll-listen")
        log.info("new nodes may enroll", metadata: ["address": "\(address)"])
        return server
    }
}

extension AuthorityClock {
    /// The clocks of this machine.
    package static var system: AuthorityClock {
        let start = ContinuousClock.now
        return AuthorityClock(
            wall: WallClock.now,
            uptime: {
                let (seconds, attoseconds) = start.duration(to: .now).components
                return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
            })
    }
}
