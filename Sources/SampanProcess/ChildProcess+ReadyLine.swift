internal import Foundation

extension ChildProcess {
    /// The first line that a program writes and that begins with `prefix`, without its end; nil when its output ends before. Takes the
    /// descriptor over: the rest is read and thrown away, so that the program is never held back.
    package static func line(of output: Int32, startingWith prefix: String) async -> String? {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        Thread.detachNewThread {
            let handle = FileHandle(fileDescriptor: output, closeOnDealloc: true)
            var text: [UInt8] = []
            while let byte = try? handle.read(upToCount: 1)?.first {
                if byte == UInt8(ascii: "\n") {
                    if text.starts(with: Array(prefix.utf8)) { continuation.yield(String(decoding: text, as: UTF8.self)) }
                    text = []
                } else {
                    text.append(byte)
                }
            }
            continuation.finish()
        }
        // In a task of its own: a cancelled caller must not take a process for dead that is about to be ready.
        return await Task {
            for await line in lines { return line }
            return nil
        }.value
    }
}
