import Foundation

/// A worker's tie to its supervisor: the pipe that is its standard input closes when the supervisor ends, however it ends.
enum Lifeline {
    /// Ends this process when standard input does. Whatever it is in the middle of is safe: the next worker finds it in the inbox.
    static func endWithStandardInput() {
        Thread.detachNewThread {
            while let data = try? FileHandle.standardInput.read(upToCount: 1), !data.isEmpty {}
            _exit(0)
        }
    }
}
