import Foundation

/// Looks at the folder of a node's databases.
struct DataCheck {
    let folder: String

    /// Bytes free below which a person should look. 1 GiB: a day of a large hospital's requests.
    private static let littleSpace: Int64 = 1 << 30

    var findings: [CheckFinding] {
        guard FileManager.default.fileExists(atPath: folder) else {
            return [CheckFinding(.data, .dataFolder, .ok, "\(folder) is not there yet; the node makes it when it starts")]
        }
        guard FileMode.isFolder(folder), FileManager.default.isWritableFile(atPath: folder) else {
            return [
                CheckFinding(
                    .data, .dataFolder, .error, "\(folder) cannot be written", "give the folder to the user that the node runs as")
            ]
        }
        return [CheckFinding(.data, .dataFolder, .ok, "\(folder) can be written"), mode, space]
    }

    private var mode: CheckFinding {
        FileMode.isPrivate(folder)
            ? CheckFinding(.data, .dataMode, .ok, "only its owner enters it")
            : CheckFinding(.data, .dataMode, .warning, "others may enter \(folder)", "run: chmod 700 \(folder)")
    }

    private var space: CheckFinding {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return CheckFinding(.data, .dataSpace, .warning, "how much room its disk has cannot be told", "see df \(folder)")
        }
        let text = "\(free >> 20) MiB are free on its disk"
        return free < Self.littleSpace
            ? CheckFinding(.data, .dataSpace, .warning, text, "make room: a full disk stops the node")
            : CheckFinding(.data, .dataSpace, .ok, text)
    }
}
