import Foundation

/// A file that is read in one pass, with a look at what comes next.
struct SequentialFile: ~Copyable {
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var offset = 0

    init(_ path: String) throws(VerifyError) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw .unreadable("\(path): there is no such file, or it may not be read")
        }
        self.handle = handle
    }

    /// The next bytes, fewer at the end of the file; they stay.
    mutating func peek(_ count: Int) throws(VerifyError) -> [UInt8] {
        while buffer.count - offset < count { if !(try more()) { break } }
        return Array(buffer[offset..<min(buffer.count, offset + count)])
    }

    /// The next bytes, fewer at the end of the file.
    mutating func take(_ count: Int) throws(VerifyError) -> [UInt8] {
        let bytes = try peek(count)
        offset += bytes.count
        return bytes
    }

    private mutating func more() throws(VerifyError) -> Bool {
        if offset > 1 << 18 {
            buffer.removeFirst(offset)
            offset = 0
        }
        do {
            guard let data = try handle.read(upToCount: 1 << 18), !data.isEmpty else { return false }
            buffer += data
            return true
        } catch {
            throw .unreadable("the file cannot be read: \(error)")
        }
    }
}
