internal import Logging
internal import SampanDomain
internal import SampanHTTPClient
internal import SampanIdentity
internal import SampanMesh
internal import SampanRecords
internal import SampanRPC
internal import SampanServices
internal import SampanTransport

/// The records of a platform node: their file and keys, their desks, and what goes on beside calls.
struct RecordsPart: Sendable {
    /// Between two looks at notices that could not be sent: as long as the outbox lets them wait.
    private static let noticeRound: Duration = .seconds(30)

    let sessions: ResidentSessions
    private let section: RecordsSection
    private let records: RecordsDatabase
    private let index: PatientIndex
    private let guardians: IndexedResidents
    private let notices: any NoticeSender
    private let client: HTTPClient?
    private let noticeWaits = Nudge()

    /// Services that others call by name.
    static let servedNames = [
        "sampan.records.v1.DocumentService", "sampan.records.v1.ConsentService", "sampan.records.v1.ResidentService",
        "sampan.records.v1.RecognitionService",
    ]

    /// Opens or makes the file; blocks on the disk. Throws, naming the file, what is wrong with it or its keys.
    static func open(_ section: RecordsSection, _ index: PatientIndex) async throws -> RecordsPart {
        let keys = try MasterKeyFile.ring(section)
        let records: RecordsDatabase
        do throws(RecordsError) {
            records = try await RecordsDatabase(path: section.database, keys: keys, wall: WallClock.now)
            // What uploads left behind that a stop or a crash has cut.
            _ = try await DocumentWriter(records).sweep()
        } catch {
            throw ConfigurationError(file: section.database, message: "the records cannot be opened: \(error)")
        }
        let client: HTTPClient?
        let notices: any NoticeSender
        switch section.notices {
        case .spool(let folder): (notices, client) = (try SpoolNoticeSender(directory: folder), nil)
        case .webhook(let origin, let path, let trust):
            var configuration = HTTPClientConfiguration(origin: origin)
            configuration.trustFile = trust
            configuration.timeout = .seconds(10)
            let made = try HTTPClient(configuration)
            (notices, client) = (WebhookNoticeSender(client: made, target: path), made)
        }
        return RecordsPart(section, records, index, notices, client)
    }

    private init(
        _ section: RecordsSection, _ records: RecordsDatabase, _ index: PatientIndex, _ notices: any NoticeSender, _ client: HTTPClient?
    ) {
        (self.section, self.records, self.index, self.notices, self.client) = (section, records, index, notices, client)
        guardians = IndexedResidents(index, now: WallClock.now)
        sessions = ResidentSessions(SignInDesk(records, papers: guardians), patients: IndexedPatients(index))
    }

    /// - Parameter people: by whose keys the audit log names persons.
    func services(_ node: ServingNode, registry: RegistryPart, people: AuditPersonKeys, own: PeerIdentity) throws -> [any RPCService] {
        let patients = IndexedPatients(index)
        let audit = RegionAccessAudit(
            log: node.audit, people: people, journal: AccessJournal(records), node: own.node, now: WallClock.now)
        let credentials = node.credentials
        return [
            DocumentDesk(
                records, writer: DocumentWriter(records, sizeLimit: section.sizeLimit), patients: patients, audit: audit,
                platform: try InstitutionCode(own.institution, scheme: .local)),
            ConsentServiceDesk(records, patients: patients, notices: notices, audit: audit) { [noticeWaits] in noticeWaits.give() },
            ResidentDesk(
                records, sessions: sessions, patients: patients, guardians: guardians, post: SignInPost(notices), audit: audit,
                signer: { credentials.credentials.identityShown }),
            RecognitionDesk(
                records, rules: RecognitionRules(standards: RecognitionDesk.usualRules.standards, windows: section.recognition),
                regions: registry.regions, changes: node.audit, audit: { audit.reading($0) }),
        ]
    }

    /// Sends what patients are to be told, and moves keys to the master key that is in force, until its task is cancelled.
    func keep(_ log: Logger) async {
        async let moved: Void = moveKeys(log)
        await sendNotices(log)
        await moved
    }

    private func moveKeys(_ log: Logger) async {
        let rotation = KeyRotation(records)
        do throws(RecordsError) {
            while !Task.isCancelled {
                let stand = try await rotation.advance()
                guard stand.isDone else { continue }
                if !section.formerKeyFiles.isEmpty {
                    log.notice("all keys of the records are under the master key: former-key-files can go")
                }
                return
            }
        } catch {
            log.error("keys of the records cannot be moved", metadata: ["problem": "\(error)"])
        }
    }

    private func sendNotices(_ log: Logger) async {
        let outbox = NoticeOutbox(records)
        var isTold = false
        while !Task.isCancelled {
            do throws(RecordsError) {
                let (sent, waiting) = try await outbox.send(by: notices)
                if waiting > 0, !isTold { log.error("notices to patients cannot be sent now", metadata: ["waiting": "\(waiting)"]) }
                isTold = waiting > 0 || (isTold && sent == 0)
                // There may be more than one round takes.
                if sent > 0 { continue }
            } catch {
                if !isTold { log.error("notices to patients cannot be read", metadata: ["problem": "\(error)"]) }
                isTold = true
            }
            await noticeWaits.wait(orFor: Self.noticeRound, on: ContinuousClock())
        }
    }

    func close() async {
        await client?.shutdown()
        await records.close()
    }
}

extension ServingAudit: RecordsAudit {}
