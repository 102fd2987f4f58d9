import { z } from 'zod';

// The page's policy forbids code from strings, which zod would otherwise try out at its first
// schema; so this module is imported before any schema is made.
z.config({ jitless: true });
