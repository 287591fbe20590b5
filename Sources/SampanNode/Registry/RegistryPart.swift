internal import Foundation
internal import SampanMesh
internal import SampanRPC
internal import SampanServices
internal import SampanStorage

/// The registry of a platform node: its file, its desks, and who may act.
struct RegistryPart: Sendable {
    let board: StandingBoard
    private let file: RegistryFile

    /// Services that others call by name.
    static let servedNames = [
        "sampan.identity.v1.InstitutionService", "sampan.identity.v1.StaffService", "sampan.identity.v1.CodeService",
    ]

    /// Opens or makes the folder; blocks on the disk. Throws what is wrong with it.
    static func open(_ section: RegistrySection) async throws -> RegistryPart {
        do {
            try FileManager.default.createDirectory(
                atPath: section.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ConfigurationError(file: section.folder, message: "cannot be made: \(error.localizedDescription)")
        }
        let sealer = try RegistryKeyFile.sealer(folder: section.folder)
        let board = StandingBoard(limit: nil, uptime: { 0 })
        let path = "\(section.folder)/\(RegistryFile.fileName)"
        let file = try RegistryFile(
            path: path, sealer: sealer, scheme: section.scheme, standing: StandingBook(board: board), now: WallClock.now)
        do throws(RegistryError) { try await file.start() } catch {
            await file.close()
            throw ConfigurationError(file: path, message: "the registry cannot be read: \(error)")
        }
        return RegistryPart(board: board, file: file)
    }

    var regions: RegisteredRegions { RegisteredRegions(file) }

    func services(_ node: ServingNode) -> [any RPCService] {
        [
            InstitutionDesk(file, audit: node.audit), StaffDesk(file, audit: node.audit), CodeDesk(file, audit: node.audit),
            StandingDesk(file.standing, pause: node.pause),
            StaffTokenDesk(node.credentials, standing: board, now: WallClock.now),
        ]
    }

    /// Until its task is cancelled.
    func keep() async { await file.keepStanding { try? await Task.sleep(for: $0) } }

    /// Ends the streams of those who follow.
    func release() { file.standing.end() }

    func close() async { await file.close() }
}

extension ServingAudit: RegistryAudit {}
