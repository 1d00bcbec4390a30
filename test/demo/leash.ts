/**
 * Loaded into each of the demo's processes before it starts: it ends with the demo, in whatever way that ends. The
 * channel to the parent is closed by the operating system even when the parent is killed.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// One that could not start ends by itself: the channel alone keeps nobody alive.
process.channel?.unref();
