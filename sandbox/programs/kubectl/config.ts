// kubectl config: the table of contents of its subcommands. pkg/cmd/config/config.go.

import { defineCommand } from "./cli/command.ts";
import { currentContext, renameContext, useContext } from "./config/contexts.ts";
import { deleteCluster, deleteContext, deleteUser } from "./config/deleting.ts";
import { getClusters, getContexts, getUsers } from "./config/listing.ts";
import { set, unset } from "./config/properties.ts";
import { setCluster, setContext, setCredentials } from "./config/setting.ts";
import { view } from "./config/view.ts";

export const config = defineCommand({
  name: "config",
  usage: "SUBCOMMAND",
  short: "Modify kubeconfig files",
  long: 'Modify kubeconfig files using subcommands like "kubectl config set current-context my-context"\n\nThe loading order follows these rules:\n\n  1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.\n  2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged.\n  3.  Otherwise, ${HOME}/.kube/config is used and no merging takes place.',
  commands: [
    currentContext,
    deleteCluster,
    deleteContext,
    deleteUser,
    getClusters,
    getContexts,
    getUsers,
    renameContext,
    set,
    setCluster,
    setContext,
    setCredentials,
    unset,
    useContext,
    view,
  ],
});
