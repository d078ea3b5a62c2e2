/** Nothing but route handlers; whoever asks is local. */
export default { poweredByHeader: false, compress: false };
