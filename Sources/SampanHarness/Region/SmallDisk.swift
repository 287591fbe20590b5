internal import Foundation
internal import SampanTestSupport
internal import Synchronization

/// A folder on a disk of its own that can be filled to the last page, as a neighbour's log fills the disk of a hospital. The kernel's
/// tmpfs, so it takes root, and what is in it ends with the machine. Safe from any task.
final class SmallDisk: Sendable {
    let folder: String
    private let fills = Mutex(0)

    /// How often it was full so far.
    var fillCount: Int { fills.withLock { $0 } }

    /// Puts a disk of so many MiB under an empty folder, which is made. Throws where this user may not mount.
    static func mount(_ folder: String, mebibytes: Int) async throws -> SmallDisk {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let mounted = try await run(["mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m,mode=0700", "tmpfs", folder])
        guard mounted.status == 0 else { throw HarnessError("no disk of its own for \(folder): \(mounted.errors)") }
        return SmallDisk(folder: folder)
    }

    private init(folder: String) {
        self.folder = folder
    }

    /// Keeps the disk full for a while: what others free meanwhile is taken again. It is as it was when this returns.
    func fill(for time: Duration) async throws {
        let ballast = "\(folder)/ballast"
        guard FileManager.default.createFile(atPath: ballast, contents: nil), let file = FileHandle(forWritingAtPath: ballast) else {
            throw HarnessError("cannot write \(ballast)")
        }
        defer {
            try? file.close()
            try? FileManager.default.removeItem(atPath: ballast)
        }
        fills.withLock { $0 += 1 }
        let end = ContinuousClock.now + time
        repeat {
            for size in [1 << 20, 1 << 12] {
                let block = Data(count: size)
                while (try? file.write(contentsOf: block)) != nil {}
            }
            try? await Task.sleep(for: .milliseconds(100))
        } while .now < end && !Task.isCancelled
    }

    /// Takes the disk away again; what is on it goes into the folder below it.
    func unmount() async throws {
        let saved = "\(folder).saved"
        try FileManager.default.copyItem(atPath: folder, toPath: saved)
        let gone = try await Self.run(["umount", folder])
        guard gone.status == 0 else { throw HarnessError("\(folder) stays mounted: \(gone.errors)") }
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: saved, toPath: folder)
    }

    private static func run(_ command: [String]) async throws -> FinishedProgram {
        let tool = GapNamespaces.tool
        return try await FinishedProgram.run(tool[0], Array(tool.dropFirst()) + command, timeout: .seconds(30))
    }
}
